/** What programs may rely on. */
@NullMarked
package dev.fugitive.client.api;

import org.jspecify.annotations.NullMarked;
