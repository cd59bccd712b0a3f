package dev.fugitive.cache.store;

import dev.fugitive.cache.content.ContentId;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which contents of a catalogue are kept from being evicted, by whom, and how many bytes they are.
 * Its fields belong to the catalogue's lock.
 */
final class KeptContents {
  private final long limitBytes;

  /** By each content that somebody keeps. */
  private final Map<Catalogue.Entry, Set<PinOwner>> owners = new HashMap<>();

  private long bytes;

  /**
   * @param storeLimitBytes half of it may be kept
   */
  KeptContents(long storeLimitBytes) {
    this.limitBytes = storeLimitBytes / 2;
  }

  void keep(Catalogue.Entry entry, PinOwner owner) throws StoreFullException {
    if (!owners.containsKey(entry)) {
      if (bytes + entry.cost > limitBytes) {
        throw new StoreFullException(
            "pinned bytes: %d and %d more (expected: at most %d, half of the limit)"
                .formatted(bytes, entry.cost, limitBytes));
      }
      bytes += entry.cost;
    }
    owners.computeIfAbsent(entry, kept -> EnumSet.noneOf(PinOwner.class)).add(owner);
  }

  /** An owner lets a content be evicted again; false where he had not kept it. */
  boolean release(Catalogue.Entry entry, PinOwner owner) {
    Set<PinOwner> keeping = owners.get(entry);
    if (keeping == null || !keeping.remove(owner)) {
      return false;
    }
    if (keeping.isEmpty()) {
      releaseAll(entry);
    }
    return true;
  }

  /** All let a content be evicted again. */
  void releaseAll(Catalogue.Entry entry) {
    if (owners.remove(entry) != null) {
      bytes -= entry.cost;
    }
  }

  /** Whether something may be evicted: nobody has it open, and nobody keeps it. */
  boolean mayGo(Occupant occupant) {
    return occupant.pins == 0
        && !(occupant instanceof Catalogue.Entry entry && owners.containsKey(entry));
  }

  /** What any of these keeps. */
  Set<ContentId> keptByAny(Collection<PinOwner> any) {
    return owners.entrySet().stream()
        .filter(kept -> !Collections.disjoint(kept.getValue(), any))
        .map(kept -> kept.getKey().content().id())
        .collect(Collectors.toUnmodifiableSet());
  }
}
