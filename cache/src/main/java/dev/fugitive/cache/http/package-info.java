/**
 * RFC 9111 as pure decisions over plain values: what may be stored, and what may be answered from
 * it.
 */
@NullMarked
package dev.fugitive.cache.http;

import org.jspecify.annotations.NullMarked;
