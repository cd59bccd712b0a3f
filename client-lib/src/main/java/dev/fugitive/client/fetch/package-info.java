/** The path of a request, from call to body. */
@NullMarked
package dev.fugitive.client.fetch;

import org.jspecify.annotations.NullMarked;
