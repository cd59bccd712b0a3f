package dev.fugitive.proxy.rendezvous;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.peer.PeerInfo;
import dev.fugitive.client.signalling.ClientMessage;
import dev.fugitive.client.signalling.Presence;
import dev.fugitive.client.signalling.RendezvousMessage;
import dev.fugitive.client.signalling.RendezvousMessage.Peers;
import dev.fugitive.client.signalling.RendezvousMessage.Reason;
import dev.fugitive.client.signalling.RendezvousMessage.Welcome;
import dev.fugitive.client.signalling.SignedSignal;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Decides what the rendezvous does: events in, actions out, no I/O, time and chance as arguments.
 * Nothing here outlives a restart, and nothing needs to: clients come back and say who they are.
 * Not safe for use by several threads.
 *
 * <h2>A client's way</h2>
 *
 * It connects, is given a fresh challenge, and joins with its key's signature over it. From then on
 * it may say what has changed, which is answered with peers that share a context; and have signals
 * carried to peers that it shares a context with, was told of, or heard from. The same key joining
 * again replaces the older connection: a peer that lost its network is not kept out by its own
 * ghost.
 *
 * <h2>What goes wrong</h2>
 *
 * A message that cannot be acted upon is refused with a reason, counted, and costs some patience,
 * which grows back with time; the connection is closed only when that is used up. A wrong proof
 * closes it at once.
 */
final class RendezvousCore {
  /** What a message costs that makes us look for peers. */
  static final int ASK_TOKENS = 20;

  private static final int MAX_DETAIL_CHARS = 80;

  private final RendezvousLimits limits;
  private final RandomGenerator random;
  private final ContextIndex index;
  private final Map<Long, Visitor> visitors = new LinkedHashMap<>();
  private final Map<PeerId, Visitor> joined = new HashMap<>();
  private final Map<InetAddress, Integer> connectionsByAddress = new HashMap<>();

  private long joins;
  private long relays;
  private long refusals;
  private List<RendezvousAction> actions = new ArrayList<>();

  /**
   * A rendezvous with nobody there.
   *
   * @param random makes the challenges; of cryptographic quality outside of tests
   */
  RendezvousCore(RendezvousLimits limits, RandomGenerator random) {
    this.limits = limits;
    this.random = random;
    this.index = new ContextIndex(random);
  }

  List<RendezvousAction> on(RendezvousEvent event, long nowNanos) {
    switch (event) {
      case RendezvousEvent.Tick() -> tick(nowNanos);
      case RendezvousEvent.Connected(long client, InetAddress address) ->
          connected(client, address, nowNanos);
      case RendezvousEvent.Upgraded(long client) -> welcome(visitors.get(client));
      case RendezvousEvent.Received(long client, ClientMessage message) -> {
        Visitor visitor = visitors.get(client);
        if (visitor != null) {
          received(visitor, message, nowNanos);
        }
      }
      case RendezvousEvent.Malformed(long client, String fault) -> {
        Visitor visitor = visitors.get(client);
        if (visitor != null) {
          refuse(visitor, Reason.MALFORMED, fault, nowNanos);
        }
      }
      case RendezvousEvent.Alive(long client) -> {
        Visitor visitor = visitors.get(client);
        if (visitor != null) {
          visitor.heardNanos = nowNanos;
        }
      }
      case RendezvousEvent.Disconnected(long client) -> {
        Visitor visitor = visitors.get(client);
        if (visitor != null) {
          forget(visitor);
        }
      }
    }
    List<RendezvousAction> decided = actions;
    actions = new ArrayList<>();
    return decided;
  }

  private void connected(long client, InetAddress address, long nowNanos) {
    int fromThere = connectionsByAddress.getOrDefault(address, 0);
    if (visitors.size() >= limits.maxConnections()
        || fromThere >= limits.maxConnectionsPerAddress()) {
      refusals++;
      actions.add(new RendezvousAction.Close(client, "too many connections"));
      return;
    }
    connectionsByAddress.put(address, fromThere + 1);
    visitors.put(client, new Visitor(client, address, limits, nowNanos));
  }

  private void welcome(@Nullable Visitor visitor) {
    if (visitor == null || visitor.challenge != null) {
      return;
    }
    byte[] bytes = new byte[Welcome.CHALLENGE_BYTES];
    random.nextBytes(bytes);
    ByteString challenge = ByteString.of(bytes);
    visitor.challenge = challenge;
    send(visitor, new Welcome(Welcome.VERSION, challenge));
  }

  private void received(Visitor visitor, ClientMessage message, long nowNanos) {
    visitor.heardNanos = nowNanos;
    if (!visitor.tokens.take(cost(message), nowNanos)) {
      refuse(visitor, Reason.TOO_FAST, limits.tokensPerSecond() + " a second", nowNanos);
      return;
    }
    switch (message) {
      case ClientMessage.Join join -> join(visitor, join, nowNanos);
      case ClientMessage.Update(Presence presence) -> update(visitor, presence, nowNanos);
      case ClientMessage.Relay(PeerId to, SignedSignal signal) ->
          relay(visitor, to, signal, nowNanos);
      case ClientMessage.Leave() -> close(visitor, "left");
    }
  }

  private static int cost(ClientMessage message) {
    return switch (message) {
      case ClientMessage.Join join -> ASK_TOKENS;
      case ClientMessage.Update update -> ASK_TOKENS;
      case ClientMessage.Relay relay -> 1;
      case ClientMessage.Leave leave -> 0;
    };
  }

  private void join(Visitor visitor, ClientMessage.Join join, long nowNanos) {
    if (visitor.peer != null || visitor.challenge == null) {
      refuse(visitor, Reason.OUT_OF_TURN, "joined already, or not welcomed yet", nowNanos);
      return;
    }
    if (!join.proves(visitor.challenge)) {
      refuse(visitor, Reason.BAD_PROOF, join.peer().shortName(), nowNanos);
      close(visitor, "wrong proof");
      return;
    }
    Visitor older = joined.get(join.peer());
    if (older != null) {
      send(older, new RendezvousMessage.Refused(Reason.REPLACED, "joined from elsewhere"));
      close(older, "replaced");
    }
    visitor.peer = join.peer();
    joined.put(join.peer(), visitor);
    joins++;
    place(visitor, join.presence());
  }

  private void update(Visitor visitor, Presence presence, long nowNanos) {
    if (visitor.peer == null) {
      refuse(visitor, Reason.OUT_OF_TURN, "not joined", nowNanos);
      return;
    }
    place(visitor, presence);
  }

  private void place(Visitor visitor, Presence presence) {
    index.remove(visitor);
    visitor.presence = presence;
    index.add(visitor);
    List<PeerInfo> matches = index.matchesFor(visitor);
    matches.forEach(match -> visitor.meet(match.id()));
    send(visitor, new Peers(matches));
  }

  private void relay(Visitor visitor, PeerId to, SignedSignal signal, long nowNanos) {
    PeerId from = visitor.peer;
    if (from == null) {
      refuse(visitor, Reason.OUT_OF_TURN, "not joined", nowNanos);
      return;
    }
    Visitor receiver = joined.get(to);
    if (receiver == visitor || !mayReach(visitor, to, receiver)) {
      refuse(visitor, Reason.STRANGER, to.shortName(), nowNanos);
      return;
    }
    if (receiver == null) {
      send(visitor, new RendezvousMessage.PeerGone(to));
      return;
    }
    visitor.meet(to);
    receiver.meet(from);
    relays++;
    send(receiver, new RendezvousMessage.Relayed(from, signal));
  }

  /**
   * One that has gone cannot be told from one that never was, so that nobody learns who is here.
   */
  private static boolean mayReach(Visitor visitor, PeerId to, @Nullable Visitor receiver) {
    return visitor.hasMet(to) || (receiver != null && sharesContext(visitor, receiver));
  }

  private static boolean sharesContext(Visitor one, Visitor other) {
    return one.presence.contexts().stream().anyMatch(other.presence.contexts()::contains);
  }

  private void refuse(Visitor visitor, Reason reason, String detail, long nowNanos) {
    refusals++;
    if (!visitor.patience.take(1, nowNanos)) {
      close(visitor, "too many refused messages, the last: " + reason);
      return;
    }
    String shortDetail = detail.substring(0, Math.min(detail.length(), MAX_DETAIL_CHARS));
    send(visitor, new RendezvousMessage.Refused(reason, shortDetail));
  }

  private void tick(long nowNanos) {
    for (Visitor visitor : List.copyOf(visitors.values())) {
      boolean late = nowNanos - visitor.sinceNanos >= limits.joinTimeout().toNanos();
      if (visitor.peer == null && late) {
        close(visitor, "not joined in time");
      } else if (nowNanos - visitor.heardNanos >= limits.silenceLimit().toNanos()) {
        close(visitor, "silent");
      } else if (nowNanos - visitor.askedNanos >= limits.pingInterval().toNanos()) {
        visitor.askedNanos = nowNanos;
        actions.add(new RendezvousAction.Ping(visitor.client));
      }
    }
  }

  private void close(Visitor visitor, String reason) {
    actions.add(new RendezvousAction.Close(visitor.client, reason));
    forget(visitor);
  }

  private void forget(Visitor visitor) {
    visitors.remove(visitor.client);
    connectionsByAddress.computeIfPresent(
        visitor.address, (address, count) -> count == 1 ? null : count - 1);
    PeerId peer = visitor.peer;
    if (peer == null) {
      return;
    }
    index.remove(visitor);
    joined.remove(peer, visitor);
    for (PeerId other : visitor.acquaintances()) {
      Visitor witness = joined.get(other);
      if (witness != null) {
        send(witness, new RendezvousMessage.PeerGone(peer));
      }
    }
  }

  private void send(Visitor visitor, RendezvousMessage message) {
    actions.add(new RendezvousAction.Send(visitor.client, message));
  }

  RendezvousCounters counters() {
    return new RendezvousCounters(
        visitors.size(), joined.size(), index.size(), joins, relays, refusals);
  }

  /** What must hold between any two events. */
  void checkInvariants() {
    int counted = connectionsByAddress.values().stream().mapToInt(Integer::intValue).sum();
    if (counted != visitors.size()
        || joined.size() > visitors.size()
        || visitors.size() > limits.maxConnections()) {
      throw new IllegalStateException("connections: " + counted + ", " + counters());
    }
    joined.forEach((peer, visitor) -> {
      if (visitors.get(visitor.client) != visitor || !peer.equals(visitor.peer)) {
        throw new IllegalStateException("a ghost: " + peer);
      }
    });
  }
}
