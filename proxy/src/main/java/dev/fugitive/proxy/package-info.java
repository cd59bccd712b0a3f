/** The program: its parts are composed here, started in order and closed top-down. */
@NullMarked
package dev.fugitive.proxy;

import org.jspecify.annotations.NullMarked;
