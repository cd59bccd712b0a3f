/** What we have, and what HTTP lets us say about it. */
@NullMarked
package dev.fugitive.cache;

import org.jspecify.annotations.NullMarked;
