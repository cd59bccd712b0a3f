/**
 * The representation index: which responses are stored for a resource, durable beside the contents
 * that are their bodies.
 */
@NullMarked
package dev.fugitive.cache.index;

import org.jspecify.annotations.NullMarked;
