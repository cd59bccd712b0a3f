package dev.fugitive.client.routing;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.client.wire.PeerMessage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Our own filter, as every peer is told of it.
 *
 * <p>A generation is one filter and a log of the bits that were set in it since. Each peer's
 * publisher has a {@link Cursor} into that log and asks what comes behind it, at its own pace: a
 * slow peer misses nothing and holds up nobody. A Bloom filter cannot forget, so once it holds more
 * than it was made for, or more than a tenth of it is gone, a new generation is built from what is
 * here.
 *
 * <p>Safe for use by several threads. The lock is never held over I/O or while a filter is built.
 */
final class OwnHoldings {
  /** Resources whose keyed form can be looked up; what is beyond is not found by questions. */
  static final int MAX_RESOURCES = 200_000;

  private static final int SPARE_ENTRIES = 128;
  private static final int SPARE_REMOVALS = 32;
  private static final int REMOVALS_DIVISOR = 10;

  /** A peer has been told of this generation, and of so many bits of its log. */
  record Cursor(int generation, int logIndex) {
    /** Nothing has been told. */
    static final Cursor START = new Cursor(-1, 0);
  }

  /** What to send to a peer, and what it has been told of then. */
  record Update(List<PeerMessage> messages, Cursor cursor) {}

  private final ByteString salt;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private HoldingsFilter filter;

  @GuardedBy("lock")
  private int generation;

  @GuardedBy("lock")
  private int capacity;

  @GuardedBy("lock")
  private int entries;

  @GuardedBy("lock")
  private int removals;

  @GuardedBy("lock")
  private List<Integer> log = new ArrayList<>();

  @GuardedBy("lock")
  private Map<ByteString, ResourceKey> resources = new HashMap<>();

  /** What changed while a new generation is being built; null while none is. */
  @GuardedBy("lock")
  private @Nullable List<Change> meanwhile;

  private record Change(HoldingItem item, boolean added) {}

  OwnHoldings(ByteString salt) {
    this.salt = salt;
    this.capacity = SPARE_ENTRIES;
    this.filter = HoldingsFilter.forEntries(salt, capacity);
  }

  void add(HoldingItem item) {
    ByteString keyed = item.keyed(salt);
    lock.lock();
    try {
      noteMeanwhile(item, true);
      addKeyed(item, keyed);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void remove(HoldingItem item) {
    ByteString keyed = item.keyed(salt);
    lock.lock();
    try {
      noteMeanwhile(item, false);
      resources.remove(keyed);
      removals++;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the filter holds more than it was made for, or too much that is gone. */
  boolean needsRebuild() {
    lock.lock();
    try {
      boolean outgrown = entries > capacity && capacity < HoldingsFilter.MAX_ENTRIES;
      return outgrown || removals > SPARE_REMOVALS + entries / REMOVALS_DIVISOR;
    } finally {
      lock.unlock();
    }
  }

  /** Replaces everything by a new generation; one call at a time. */
  void rebuild(Supplier<Collection<HoldingItem>> items) {
    lock.lock();
    try {
      meanwhile = new ArrayList<>();
    } finally {
      lock.unlock();
    }
    Built built = build(items.get());
    lock.lock();
    try {
      install(built);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private record Built(
      HoldingsFilter filter, int capacity, int entries, Map<ByteString, ResourceKey> resources) {}

  private Built build(Collection<HoldingItem> items) {
    int entries = Math.min(items.size(), HoldingsFilter.MAX_ENTRIES);
    int capacity = Math.min(entries + entries / 4 + SPARE_ENTRIES, HoldingsFilter.MAX_ENTRIES);
    HoldingsFilter built = HoldingsFilter.forEntries(salt, capacity);
    Map<ByteString, ResourceKey> keys = new HashMap<>();
    int left = entries;
    for (HoldingItem item : items) {
      if (left-- == 0) {
        break;
      }
      ByteString keyed = item.keyed(salt);
      for (int position : built.positions(keyed)) {
        built.set(position);
      }
      remember(keys, keyed, item);
    }
    return new Built(built, capacity, entries, keys);
  }

  @GuardedBy("lock")
  private void install(Built built) {
    filter = built.filter();
    capacity = built.capacity();
    entries = built.entries();
    resources = built.resources();
    removals = 0;
    generation++;
    log = new ArrayList<>();
    List<Change> late = meanwhile == null ? List.of() : meanwhile;
    meanwhile = null;
    for (Change change : late) {
      ByteString keyed = change.item().keyed(salt);
      if (change.added()) {
        addKeyed(change.item(), keyed);
      } else {
        resources.remove(keyed);
        removals++;
      }
    }
  }

  @GuardedBy("lock")
  private void noteMeanwhile(HoldingItem item, boolean added) {
    if (meanwhile != null && meanwhile.size() < HoldingsFilter.MAX_ENTRIES) {
      meanwhile.add(new Change(item, added));
    }
  }

  @GuardedBy("lock")
  private void addKeyed(HoldingItem item, ByteString keyed) {
    remember(resources, keyed, item);
    if (entries >= HoldingsFilter.MAX_ENTRIES) {
      return;
    }
    boolean isNew = false;
    for (int position : filter.positions(keyed)) {
      if (filter.set(position)) {
        log.add(position);
        isNew = true;
      }
    }
    if (isNew) {
      entries++;
    }
  }

  private static void remember(
      Map<ByteString, ResourceKey> keys, ByteString keyed, HoldingItem item) {
    if (item instanceof HoldingItem.OfResource(ResourceKey resource)
        && keys.size() < MAX_RESOURCES) {
      keys.put(keyed, resource);
    }
  }

  /** The resource that a question names, if it is here. */
  Optional<ResourceKey> resource(ByteString keyed) {
    lock.lock();
    try {
      return Optional.ofNullable(resources.get(keyed));
    } finally {
      lock.unlock();
    }
  }

  /** What a peer has not been told yet; waits until there is something. */
  Update awaitUpdate(Cursor from) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (from.generation() == generation && from.logIndex() == log.size()) {
        changed.await();
      }
      return from.generation() == generation ? deltas(from) : wholeFilter();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private Update deltas(Cursor from) {
    return new Update(
        FilterMessages.deltas(generation, log, from.logIndex()),
        new Cursor(generation, log.size()));
  }

  @GuardedBy("lock")
  private Update wholeFilter() {
    return new Update(FilterMessages.whole(generation, filter), new Cursor(generation, log.size()));
  }
}
