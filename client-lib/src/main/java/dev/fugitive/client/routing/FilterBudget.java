package dev.fugitive.client.routing;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.client.limits.UploadGate;
import dev.fugitive.client.wire.PeerMessage;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What telling filters may cost. All of it is charged to what may be uploaded. What is passed on of
 * others' filters is bounded besides, for all peers together: whoever makes a new filter again and
 * again would else have us send it to everybody each time.
 *
 * <p>That bound is a bucket of bytes that one telling may leave in debt, since what one telling has
 * is known only when it is made; the next waits until the debt is paid. Safe for use by several
 * threads.
 */
final class FilterBudget {
  /** What is passed on in the long run, all peers together. */
  static final long BYTES_PER_SECOND = 64 * 1024;

  /** What is passed on at once, when many peers are met. */
  static final long BURST_BYTES = 4L * 1024 * 1024;

  /** Of a rate that the user has set, one part in so many at most. */
  private static final int RATE_SHARE = 8;

  private static final int BURST_SECONDS = 64;
  private static final double NANOS_PER_SECOND = 1e9;

  /** Of a message's fields beside its bits or positions; a position takes at most this many. */
  private static final int HEAD_BYTES = 64;

  private static final int POSITION_BYTES = 5;

  private final UploadGate gate;
  private final LongSupplier ticker;

  @GuardedBy("this")
  private long perSecond = BYTES_PER_SECOND;

  @GuardedBy("this")
  private double tokens = BURST_BYTES;

  @GuardedBy("this")
  private long lastNanos;

  FilterBudget(UploadGate gate, LongSupplier ticker) {
    this.gate = gate;
    this.ticker = ticker;
    this.lastNanos = ticker.getAsLong();
  }

  /** Takes over the rate that all uploads have together; empty for no limit. */
  synchronized void setUploadRate(Optional<Long> bytesPerSecond) {
    refill();
    perSecond =
        bytesPerSecond
            .map(rate -> Math.clamp(rate / RATE_SHARE, 1L, BYTES_PER_SECOND))
            .orElse(BYTES_PER_SECOND);
    tokens = Math.min(tokens, (double) perSecond * BURST_SECONDS);
  }

  /** How long others' filters must wait; 0 where they may be told now. */
  synchronized long waitNanos() {
    refill();
    return tokens > 0 ? 0 : (long) Math.ceil((1 - tokens) / perSecond * NANOS_PER_SECOND);
  }

  /**
   * Charges what is about to be told of our own filter.
   *
   * @return false where it may not be told, now or any more
   */
  boolean chargeOwn(List<PeerMessage> messages) throws InterruptedException {
    return gate.take(bytes(messages));
  }

  /**
   * Charges what is about to be told of others' filters.
   *
   * @return false where it may not be told, now or any more
   */
  boolean chargeNearby(List<PeerMessage> messages) throws InterruptedException {
    long bytes = bytes(messages);
    if (!gate.take(bytes)) {
      return false;
    }
    synchronized (this) {
      refill();
      tokens -= bytes;
    }
    return true;
  }

  @GuardedBy("this")
  private void refill() {
    long now = ticker.getAsLong();
    double elapsedSeconds = Math.max(0, now - lastNanos) / NANOS_PER_SECOND;
    lastNanos = now;
    tokens = Math.min((double) perSecond * BURST_SECONDS, tokens + elapsedSeconds * perSecond);
  }

  /** What messages take at most. */
  static long bytes(List<PeerMessage> messages) {
    return messages.stream().mapToLong(FilterBudget::bytes).sum();
  }

  private static long bytes(PeerMessage message) {
    return switch (message) {
      case PeerMessage.Holdings part -> HEAD_BYTES + part.bits().size();
      case PeerMessage.HoldingsDelta delta ->
          HEAD_BYTES + (long) delta.positions().size() * POSITION_BYTES;
      case PeerMessage.Nearby nearby -> bytes(nearby.part());
      case PeerMessage.NearbyDelta nearby -> bytes(nearby.delta());
      default -> HEAD_BYTES;
    };
  }
}
