/** Evidence: why we believe that a resource has a content, and what may be shared. */
@NullMarked
package dev.fugitive.client.trust;

import org.jspecify.annotations.NullMarked;
