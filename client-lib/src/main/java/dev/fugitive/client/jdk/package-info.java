/** A node behind the interface of the JDK's own HTTP client. */
@NullMarked
package dev.fugitive.client.jdk;

import org.jspecify.annotations.NullMarked;
