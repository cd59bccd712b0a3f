/** The routes of the control API: each a small class of its own over what the node shows. */
@NullMarked
package dev.fugitive.proxy.control.api;

import org.jspecify.annotations.NullMarked;
