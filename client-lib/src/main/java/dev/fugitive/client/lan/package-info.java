/** Nodes on one network: how they find each other, and what is said before a link is open. */
@NullMarked
package dev.fugitive.client.lan;

import org.jspecify.annotations.NullMarked;
