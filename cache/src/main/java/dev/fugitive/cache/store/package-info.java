/**
 * The chunk store: contents that we hold or are filling, in memory over disk, every byte proven
 * when read.
 */
@NullMarked
package dev.fugitive.cache.store;

import org.jspecify.annotations.NullMarked;
