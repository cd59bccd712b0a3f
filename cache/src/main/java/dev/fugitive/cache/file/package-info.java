/**
 * How this program writes its own small files: for their owner alone, never half, and in records.
 */
@NullMarked
package dev.fugitive.cache.file;

import org.jspecify.annotations.NullMarked;
