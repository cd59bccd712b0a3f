package dev.fugitive.proxy.rendezvous;

import dev.fugitive.client.peer.ContextId;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.signalling.ClientMessage;
import dev.fugitive.client.signalling.ConnectionId;
import dev.fugitive.client.signalling.Presence;
import dev.fugitive.client.signalling.RendezvousMessage;
import dev.fugitive.client.signalling.SignedSignal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import okio.ByteString;

/** A core, told what clients do and asked what it wants done, with the time in the test's hand. */
final class RendezvousScript {
  final RendezvousCore core;

  private final List<RendezvousAction> actions = new ArrayList<>();
  private long nowNanos;

  RendezvousScript(RendezvousLimits limits) {
    core = new RendezvousCore(limits, new Random(42));
  }

  RendezvousScript on(RendezvousEvent event) {
    actions.addAll(core.on(event, nowNanos));
    core.checkInvariants();
    return this;
  }

  RendezvousScript after(Duration time) {
    nowNanos += time.toNanos();
    return on(new RendezvousEvent.Tick());
  }

  RendezvousScript connect(long client) {
    return connect(client, "192.0.2." + client);
  }

  RendezvousScript connect(long client, String address) {
    return on(new RendezvousEvent.Connected(client, address(address)))
        .on(new RendezvousEvent.Upgraded(client));
  }

  RendezvousScript says(long client, ClientMessage message) {
    return on(new RendezvousEvent.Received(client, message));
  }

  /** Connects and joins, and forgets what was answered. */
  RendezvousScript member(long client, Identity identity, String... hosts) {
    join(client, identity, hosts).take();
    return this;
  }

  RendezvousScript join(long client, Identity identity, String... hosts) {
    connect(client);
    return says(client, ClientMessage.Join.prove(identity, presence(hosts), challengeOf(client)));
  }

  ByteString challengeOf(long client) {
    return sent(client)
        .filter(RendezvousMessage.Welcome.class::isInstance)
        .map(message -> ((RendezvousMessage.Welcome) message).challenge())
        .reduce((earlier, later) -> later)
        .orElseThrow();
  }

  static Presence presence(String... hosts) {
    return new Presence(Stream.of(hosts).map(ContextId::ofHost).toList(), 4);
  }

  static SignedSignal signal(Identity from, PeerId to) {
    return SignedSignal.sign(
        from,
        to,
        ConnectionId.random(new Random(1)),
        new SignedSignal.Content.Declined("no"),
        Instant.EPOCH);
  }

  List<RendezvousAction> take() {
    List<RendezvousAction> taken = List.copyOf(actions);
    actions.clear();
    return taken;
  }

  /** What was sent to a client since the last look. */
  List<RendezvousMessage> takeSent(long client) {
    List<RendezvousMessage> sent = sent(client).toList();
    actions.clear();
    return sent;
  }

  private Stream<RendezvousMessage> sent(long client) {
    return actions.stream()
        .filter(RendezvousAction.Send.class::isInstance)
        .map(RendezvousAction.Send.class::cast)
        .filter(send -> send.client() == client)
        .map(RendezvousAction.Send::message);
  }

  static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(literal, e);
    }
  }
}
