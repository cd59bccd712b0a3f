/** Tests. */
@NullMarked
package dev.fugitive.client.jdk;

import org.jspecify.annotations.NullMarked;
