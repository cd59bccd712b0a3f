/** What peers say to the rendezvous: messages, codec, client. */
@NullMarked
package dev.fugitive.client.signalling;

import org.jspecify.annotations.NullMarked;
