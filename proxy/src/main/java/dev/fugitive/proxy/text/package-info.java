/** Words for people at a terminal: tones, and columns that fit its width. */
@NullMarked
package dev.fugitive.proxy.text;

import org.jspecify.annotations.NullMarked;
