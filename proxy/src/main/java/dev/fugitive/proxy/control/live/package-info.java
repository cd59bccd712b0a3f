/** What a running node did of late, kept in memory for whoever looks, and by day on disk. */
@NullMarked
package dev.fugitive.proxy.control.live;

import org.jspecify.annotations.NullMarked;
