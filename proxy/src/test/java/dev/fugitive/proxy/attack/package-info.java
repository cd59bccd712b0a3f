/** What is done to a proxy by those who mean harm, over sockets, and what comes of it. */
@NullMarked
package dev.fugitive.proxy.attack;

import org.jspecify.annotations.NullMarked;
