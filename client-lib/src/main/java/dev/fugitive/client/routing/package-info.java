/** Who has a thing: holdings digests of tier-1 peers, and questions by hash. */
@NullMarked
package dev.fugitive.client.routing;

import org.jspecify.annotations.NullMarked;
