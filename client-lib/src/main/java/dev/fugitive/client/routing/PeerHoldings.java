package dev.fugitive.client.routing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.Holdings;
import dev.fugitive.client.wire.PeerMessage.HoldingsDelta;
import dev.fugitive.client.wire.WireLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import okio.Buffer;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * What one peer says that it holds, and how often that was right.
 *
 * <p>Messages are taken on the session's thread alone; questions may come from any.
 */
final class PeerHoldings {
  /** How long a false hit is remembered: the filter may have grown since. */
  static final Duration FALSE_HIT_MEMORY = Duration.ofSeconds(30);

  private static final int MAX_FALSE_HITS = 4096;

  /** How long an answer counts as what the filter says: it is told in less, as a rule. */
  static final Duration SAID_MEMORY = Duration.ofSeconds(10);

  private static final int MAX_SAID = 256;

  /** Bits that are remembered one by one; beyond, the whole filter is shorter. */
  private static final int MAX_LOG = 16 * 1024;

  /** A filter that says yes this often says nothing. */
  private static final double USELESS_RATE = 0.5;

  /** A peer that said something which is against the protocol. */
  static final class Violation extends Exception {
    Violation(String message) {
      super(message, null, false, false);
    }
  }

  private final Cache<HoldingItem, Boolean> falseHits;
  private final Cache<HoldingItem, Boolean> said;
  private final HitRate hitRate;
  private final LongSupplier ticker;

  private volatile @Nullable HoldingsFilter filter;
  private volatile int generation = -1;

  /** The parts that have come of the next filter; the session's thread alone. */
  private final Buffer parts = new Buffer();

  /** The last part that came; the session's thread alone. */
  private @Nullable Holdings lastPart;

  /** Grows with each filter that is passed on as a whole. */
  @GuardedBy("this")
  private int edition;

  /** The bits that were set since the edition began. */
  @GuardedBy("this")
  private List<Integer> log = new ArrayList<>();

  PeerHoldings(LongSupplier ticker) {
    this.ticker = ticker;
    this.hitRate = new HitRate(ticker.getAsLong());
    this.falseHits = memory(MAX_FALSE_HITS, FALSE_HIT_MEMORY);
    this.said = memory(MAX_SAID, SAID_MEMORY);
  }

  private Cache<HoldingItem, Boolean> memory(int items, Duration time) {
    return Caffeine.newBuilder()
        .maximumSize(items)
        .expireAfterWrite(time)
        .ticker(ticker::getAsLong)
        .build();
  }

  /** Takes a part of a filter, or bits that were set in it since. */
  void take(PeerMessage message) throws Violation {
    switch (message) {
      case Holdings part -> takePart(part);
      case HoldingsDelta delta -> takeDelta(delta);
      default -> throw new IllegalArgumentException(message + " (expected: holdings)");
    }
  }

  /** The last part puts the new filter in force. */
  private void takePart(Holdings part) throws Violation {
    if (part.generation() <= generation) {
      throw new Violation(
          "holdings generation: " + part.generation() + " (expected: above " + generation + ")");
    }
    if (!follows(part)) {
      throw new Violation(
          "holdings part: %d of %d (expected: the next part of one filter)"
              .formatted(part.partIndex(), part.partCount()));
    }
    parts.write(part.bits());
    lastPart = part;
    if (part.partIndex() < part.partCount() - 1) {
      return;
    }
    begin(HoldingsFilter.ofBytes(part.salt(), part.hashCount(), parts.readByteString()));
    generation = part.generation();
    lastPart = null;
    falseHits.invalidateAll();
    said.invalidateAll();
  }

  private synchronized void begin(HoldingsFilter whole) {
    filter = whole;
    edition++;
    log = new ArrayList<>();
  }

  private boolean follows(Holdings part) {
    Holdings before = lastPart;
    if (before == null) {
      return part.partIndex() == 0;
    }
    return part.partIndex() == before.partIndex() + 1
        && part.generation() == before.generation()
        && part.partCount() == before.partCount()
        && part.hashCount() == before.hashCount()
        && part.salt().equals(before.salt());
  }

  private void takeDelta(HoldingsDelta delta) throws Violation {
    HoldingsFilter current = filter;
    if (current == null || delta.generation() != generation) {
      throw new Violation(
          "delta generation: " + delta.generation() + " (expected: " + generation + ")");
    }
    for (int position : delta.positions()) {
      if (position >= current.bitCount()) {
        throw new Violation(
            "delta position: " + position + " (expected: below " + current.bitCount() + ")");
      }
    }
    set(current, delta.positions());
  }

  private synchronized void set(HoldingsFilter current, List<Integer> positions) {
    for (int position : positions) {
      if (current.set(position)) {
        log.add(position);
      }
    }
    if (log.size() > MAX_LOG) {
      edition++;
      log = new ArrayList<>();
    }
  }

  /** What of this a third peer has not been told yet; nothing where the filter is too long. */
  synchronized OwnHoldings.Update since(OwnHoldings.Cursor from) {
    HoldingsFilter current = filter;
    int maxBits = WireLimits.MAX_NEARBY_PARTS * WireLimits.FILTER_PART_BYTES * Byte.SIZE;
    if (current == null || current.bitCount() > maxBits) {
      return new OwnHoldings.Update(List.of(), from);
    }
    OwnHoldings.Cursor now = new OwnHoldings.Cursor(edition, log.size());
    List<PeerMessage> messages =
        from.generation() == edition
            ? FilterMessages.deltas(edition, log, from.logIndex())
            : FilterMessages.whole(edition, current);
    return new OwnHoldings.Update(messages, now);
  }

  /** Whether the peer says to hold anything at all. */
  boolean isAny() {
    HoldingsFilter current = filter;
    return current != null && current.falseHitRate() > 0;
  }

  /** Bytes that the filter takes; 0 before it is known. */
  int filterBytes() {
    HoldingsFilter current = filter;
    return current == null ? 0 : current.bitCount() / Byte.SIZE;
  }

  /** Whether the peer has told what it holds. */
  boolean isKnown() {
    return filter != null;
  }

  /**
   * How likely it is that the peer has the item: 0 where neither its filter nor an answer of the
   * last moments says so, or that was found wrong.
   */
  double likelihood(HoldingItem item) {
    return falseHits.getIfPresent(item) != null
        ? 0
        : certainty(item) * hitRate.share(ticker.getAsLong());
  }

  /** What the peer's word is worth; nothing where its filter says yes to everything. */
  private double certainty(HoldingItem item) {
    if (said.getIfPresent(item) != null) {
      return 1;
    }
    HoldingsFilter current = filter;
    if (current == null || !current.mightHold(item)) {
      return 0;
    }
    double falseHitRate = current.falseHitRate();
    return falseHitRate >= USELESS_RATE ? 0 : 1 - falseHitRate;
  }

  /** The peer said in an answer that it has this; its filter may not say so before a while. */
  void noteSaid(HoldingItem item) {
    said.put(item, true);
    falseHits.invalidate(item);
  }

  /** How often the peer had what it told, lately. */
  double rightShare() {
    return hitRate.share(ticker.getAsLong());
  }

  /** The peer had what its filter said. */
  void noteRightHit() {
    hitRate.noteRight(ticker.getAsLong());
  }

  /** The peer had not what its filter said: it is not asked for that again for a while. */
  void noteFalseHit(HoldingItem item) {
    falseHits.put(item, true);
    hitRate.noteWrong(ticker.getAsLong());
  }

  /** The peer's salt, under which it is asked; empty before it told what it holds. */
  ByteString salt() {
    HoldingsFilter current = filter;
    return current == null ? ByteString.EMPTY : current.salt();
  }
}
