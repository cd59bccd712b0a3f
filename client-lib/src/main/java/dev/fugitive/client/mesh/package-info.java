/** Who we are connected to, and whom we should be connected to. */
@NullMarked
package dev.fugitive.client.mesh;

import org.jspecify.annotations.NullMarked;
