/** A pipe of messages to one peer, whatever carries it. */
@NullMarked
package dev.fugitive.client.transport;

import org.jspecify.annotations.NullMarked;
