/** Values that name peers, and the keys behind the names. */
@NullMarked
package dev.fugitive.client.peer;

import org.jspecify.annotations.NullMarked;
