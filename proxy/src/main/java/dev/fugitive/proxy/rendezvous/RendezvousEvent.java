package dev.fugitive.proxy.rendezvous;

import dev.fugitive.client.signalling.ClientMessage;
import java.net.InetAddress;

/** Everything that {@link RendezvousCore} is told; a client is a connection's number. */
sealed interface RendezvousEvent {
  /** Time has passed. */
  record Tick() implements RendezvousEvent {}

  /** Somebody connected. */
  record Connected(long client, InetAddress address) implements RendezvousEvent {}

  /** The connection speaks WebSocket now. */
  record Upgraded(long client) implements RendezvousEvent {}

  /** A message came. */
  record Received(long client, ClientMessage message) implements RendezvousEvent {}

  /** Something came that is no message. */
  record Malformed(long client, String fault) implements RendezvousEvent {}

  /** A client answered a ping. */
  record Alive(long client) implements RendezvousEvent {}

  /** A connection is closed, whoever closed it. */
  record Disconnected(long client) implements RendezvousEvent {}
}
