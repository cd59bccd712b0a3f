/** How this program writes its own small files: for their owner alone, and never half. */
@NullMarked
package dev.fugitive.cache.file;

import org.jspecify.annotations.NullMarked;
