/** Moving chunks: many sources, one reader, and our own uploads. */
@NullMarked
package dev.fugitive.client.transfer;

import org.jspecify.annotations.NullMarked;
