/**
 * What the proxy says about itself and is told to do, by local clients that address it directly.
 */
@NullMarked
package dev.fugitive.proxy.control;

import org.jspecify.annotations.NullMarked;
