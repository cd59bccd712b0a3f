/** What the proxy says about itself, to local clients that address it directly. */
@NullMarked
package dev.fugitive.proxy.control;

import org.jspecify.annotations.NullMarked;
