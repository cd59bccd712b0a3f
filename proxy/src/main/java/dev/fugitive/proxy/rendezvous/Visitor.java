package dev.fugitive.proxy.rendezvous;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.signalling.Presence;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** One connection, and the peer that proved to be behind it. Owned by {@link RendezvousCore}. */
final class Visitor {
  /** The most peers that one is introduced to; the one not met for the longest time goes first. */
  static final int MAX_ACQUAINTANCES = 512;

  private static final Presence NOWHERE = new Presence(List.of(), 0);

  final long client;
  final InetAddress address;
  final long sinceNanos;
  final TokenBucket tokens;
  final TokenBucket patience;

  private final Map<PeerId, Boolean> acquaintances =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, Boolean> eldest) {
          return size() > MAX_ACQUAINTANCES;
        }
      };

  @Nullable ByteString challenge;
  @Nullable PeerId peer;
  Presence presence = NOWHERE;
  long heardNanos;
  long askedNanos;

  Visitor(long client, InetAddress address, RendezvousLimits limits, long nowNanos) {
    this.client = client;
    this.address = address;
    this.sinceNanos = nowNanos;
    this.heardNanos = nowNanos;
    this.askedNanos = nowNanos;
    this.tokens =
        new TokenBucket(limits.tokenBurst(), 1_000_000_000L / limits.tokensPerSecond(), nowNanos);
    this.patience =
        new TokenBucket(limits.maxStrikes(), limits.strikeInterval().toNanos(), nowNanos);
  }

  void meet(PeerId other) {
    acquaintances.put(other, true);
  }

  boolean hasMet(PeerId other) {
    return acquaintances.containsKey(other);
  }

  List<PeerId> acquaintances() {
    return List.copyOf(acquaintances.keySet());
  }
}
