/** Contents that a node keeps fresh for others: what, when, and at whose command. */
@NullMarked
package dev.fugitive.client.mirror;

import org.jspecify.annotations.NullMarked;
