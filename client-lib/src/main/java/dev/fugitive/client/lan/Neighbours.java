package dev.fugitive.client.lan;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.signalling.Backoff;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Who has been announced, and whom to call when: of two that hear of each other, the one with the
 * smaller tag calls at once and the other a little later, should the first not have heard.
 *
 * <p>Decides only; not safe for use by several threads.
 */
final class Neighbours {
  /** More are not called; they may call us. */
  static final int MAX_KNOWN = 64;

  private static final long OTHERS_TURN_NANOS = Duration.ofSeconds(2).toNanos();
  private static final Backoff RETRY = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(2));

  private final String ownTag;
  private final RandomGenerator random;
  private final Map<String, Known> known = new LinkedHashMap<>();

  Neighbours(String ownTag, RandomGenerator random) {
    this.ownTag = ownTag;
    this.random = random;
  }

  /** Somebody to call now. */
  record Call(String tag, InetSocketAddress address) {}

  /** Somebody who was announced. */
  private static final class Known {
    private InetSocketAddress address;
    private long dueNanos;
    private int failures;
    private boolean busy;
    private @Nullable PeerId peer;

    Known(InetSocketAddress address, long dueNanos) {
      this.address = address;
      this.dueNanos = dueNanos;
    }
  }

  void found(String tag, InetSocketAddress address, long nowNanos) {
    Known before = known.get(tag);
    if (before != null) {
      before.address = address;
    } else if (!tag.equals(ownTag) && known.size() < MAX_KNOWN) {
      boolean oursToCall = ownTag.compareTo(tag) < 0;
      known.put(tag, new Known(address, nowNanos + (oursToCall ? 0 : OTHERS_TURN_NANOS)));
    }
  }

  void lost(String tag) {
    known.remove(tag);
  }

  /** Whom to call now; each is busy from now on. */
  List<Call> due(long nowNanos) {
    List<Call> calls =
        known.entrySet().stream()
            .filter(entry -> isDue(entry.getValue(), nowNanos))
            .map(entry -> new Call(entry.getKey(), entry.getValue().address))
            .toList();
    calls.forEach(call -> find(call.tag()).ifPresent(neighbour -> neighbour.busy = true));
    return calls;
  }

  private static boolean isDue(Known neighbour, long nowNanos) {
    return !neighbour.busy && neighbour.dueNanos - nowNanos <= 0;
  }

  /** How long until somebody is due; a long time where nobody is. */
  long waitNanos(long nowNanos) {
    return known.values().stream()
        .filter(neighbour -> !neighbour.busy)
        .mapToLong(neighbour -> Math.max(0, neighbour.dueNanos - nowNanos))
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** Who was called has said who it is: it is not called again while it is connected. */
  void answered(String tag, PeerId peer) {
    find(tag)
        .ifPresent(neighbour -> {
          neighbour.peer = peer;
          neighbour.failures = 0;
        });
  }

  void failed(String tag, long nowNanos) {
    find(tag).ifPresent(neighbour -> retry(neighbour, nowNanos));
  }

  /** No connection with this peer is left. */
  void gone(PeerId peer, long nowNanos) {
    known.values().stream()
        .filter(neighbour -> Objects.equals(neighbour.peer, peer))
        .forEach(neighbour -> retry(neighbour, nowNanos));
  }

  private void retry(Known neighbour, long nowNanos) {
    neighbour.failures++;
    neighbour.busy = false;
    neighbour.dueNanos = nowNanos + RETRY.delayNanos(neighbour.failures, random.nextDouble());
  }

  private Optional<Known> find(String tag) {
    return Optional.ofNullable(known.get(tag));
  }

  int size() {
    return known.size();
  }
}
