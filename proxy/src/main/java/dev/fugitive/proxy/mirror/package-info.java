/** A mirror on top of the proxy's node: fetching through it, and serving what is kept. */
@NullMarked
package dev.fugitive.proxy.mirror;

import org.jspecify.annotations.NullMarked;
