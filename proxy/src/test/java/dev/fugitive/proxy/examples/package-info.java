/** Runs the examples of the client library as programs of their own. */
@NullMarked
package dev.fugitive.proxy.examples;

import org.jspecify.annotations.NullMarked;
