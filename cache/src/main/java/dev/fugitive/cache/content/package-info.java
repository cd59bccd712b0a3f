/**
 * Contents and how their bytes are proven: digests, Merkle trees over 16 KiB chunks, sets of
 * chunks.
 */
@NullMarked
package dev.fugitive.cache.content;

import org.jspecify.annotations.NullMarked;
