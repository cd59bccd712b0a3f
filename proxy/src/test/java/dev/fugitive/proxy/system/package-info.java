/** The product as its users run it: real processes, a real origin, real clients. */
@NullMarked
package dev.fugitive.proxy.system;

import org.jspecify.annotations.NullMarked;
