/** Programs that embed the client library. */
@NullMarked
package dev.fugitive.examples;

import org.jspecify.annotations.NullMarked;
