package dev.fugitive.proxy.rendezvous;

import dev.fugitive.client.signalling.RendezvousMessage;

/** Everything that {@link RendezvousCore} wants done. */
sealed interface RendezvousAction {
  /** Send a message. */
  record Send(long client, RendezvousMessage message) implements RendezvousAction {}

  /** Ask a client whether it is there. */
  record Ping(long client) implements RendezvousAction {}

  /** Close a connection. */
  record Close(long client, String reason) implements RendezvousAction {}
}
