package dev.fugitive.cache.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.store.ContentListener.RemovalCause;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a store holds whole, who has it open, and every byte against the limit.
 *
 * <p><b>The limit.</b> {@code usedBytes} counts the contents that are held, the reservations of
 * fills, and contents that were forgotten but are not deleted yet. It never exceeds the limit: room
 * is made before it is reserved, and reserved before it is written.
 *
 * <p><b>Decide, then act.</b> What is to go is chosen under the lock and leaves the map at once; it
 * is deleted without the lock, and only then are its bytes free. While an id is on its way in or
 * out nobody else may publish the same id, so that no deletion hits a newer copy.
 */
final class Catalogue {
  private static final Logger LOG = LoggerFactory.getLogger(Catalogue.class);

  private final long limitBytes;
  private final Announcements announcements = new Announcements();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private final Map<ContentId, Entry> held = new HashMap<>();

  @GuardedBy("lock")
  private final Map<Digest, ContentId> byDigest = new HashMap<>();

  @GuardedBy("lock")
  private final SieveQueue<Occupant> order = new SieveQueue<>();

  @GuardedBy("lock")
  private final KeptContents kept;

  @GuardedBy("lock")
  private final Set<ContentId> inTransit = new HashSet<>();

  @GuardedBy("lock")
  private int deletions;

  @GuardedBy("lock")
  private int pins;

  @GuardedBy("lock")
  private long usedBytes;

  @GuardedBy("lock")
  private long evictedContents;

  @GuardedBy("lock")
  private long damagedContents;

  Catalogue(long limitBytes) {
    this.limitBytes = limitBytes;
    this.kept = new KeptContents(limitBytes);
  }

  /** A content that is or was held. */
  static final class Entry extends Occupant {
    private final StoredContent content;

    private Entry(StoredContent content, long cost) {
      super(cost);
      this.content = content;
    }

    StoredContent content() {
      return content;
    }

    @Override
    public String toString() {
      return content.id().toString();
    }

    @Override
    void rest() {
      content.rest();
    }

    @Override
    void delete() throws IOException {
      content.delete();
    }
  }

  /** What is counted. */
  record Counts(
      long contents, long usedBytes, long limitBytes, long evictedContents, long damagedContents) {}

  /** Opens a content; it is neither evicted nor deleted until {@link #unpin}. */
  Optional<Entry> pin(ContentId id) {
    lock.lock();
    try {
      Entry entry = held.get(id);
      if (entry == null) {
        return Optional.empty();
      }
      visitAndPin(entry);
      return Optional.of(entry);
    } finally {
      lock.unlock();
    }
  }

  /** What is held of this id, which is asked for now; it is not kept from being evicted. */
  Optional<StoredContent> visit(ContentId id) {
    lock.lock();
    try {
      Entry entry = held.get(id);
      if (entry == null) {
        return Optional.empty();
      }
      if (entry.place != null) {
        entry.place.visit();
      }
      return Optional.of(entry.content);
    } finally {
      lock.unlock();
    }
  }

  /** Opens what is not a whole content; false where it was forgotten. */
  boolean pin(Fragments fragments) {
    lock.lock();
    try {
      if (fragments.forgotten) {
        return false;
      }
      visitAndPin(fragments);
      return true;
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void visitAndPin(Occupant occupant) {
    if (occupant.place != null) {
      occupant.place.visit();
    }
    countPin(occupant);
  }

  /** Opens once more what the caller has open. */
  void pinAgain(Entry entry) {
    lock.lock();
    try {
      countPin(entry);
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void countPin(Occupant occupant) {
    occupant.pins++;
    pins++;
  }

  void unpin(Occupant entry) {
    boolean last;
    boolean delete;
    lock.lock();
    try {
      pins--;
      last = --entry.pins == 0;
      delete = last && entry.forgotten;
      deletions += delete ? 1 : 0;
    } finally {
      lock.unlock();
    }
    if (last) {
      entry.rest();
    }
    if (delete) {
      delete(entry, false);
    }
  }

  /** How many times contents are open. */
  int pins() {
    lock.lock();
    try {
      return pins;
    } finally {
      lock.unlock();
    }
  }

  /** Adds bytes to what is used, evicting what is needed for that. */
  void reserve(long byteCount) throws StoreFullException {
    while (true) {
      Occupant victim;
      lock.lock();
      try {
        if (usedBytes + byteCount <= limitBytes) {
          usedBytes += byteCount;
          return;
        }
        KeptContents keeping = kept;
        victim = byteCount > limitBytes ? null : order.evict(keeping::mayGo);
        if (victim != null) {
          evictedContents += victim instanceof Entry ? 1 : 0;
          leave(victim, RemovalCause.EVICTED);
          deletions++;
        } else if (deletions == 0) {
          throw new StoreFullException(
              "store bytes: %d used and %d wanted (expected: at most %d)"
                  .formatted(usedBytes, byteCount, limitBytes));
        } else {
          changed.awaitUninterruptibly();
        }
      } finally {
        lock.unlock();
      }
      if (victim != null) {
        delete(victim, true);
      }
    }
  }

  /**
   * Keeps a content from being evicted; so many may be kept as take half of the limit.
   *
   * @return false where it is not held
   */
  boolean keep(ContentId id, PinOwner owner) throws StoreFullException {
    lock.lock();
    try {
      Entry entry = held.get(id);
      if (entry == null) {
        return false;
      }
      kept.keep(entry, owner);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** An owner lets a content be evicted again; false where he had not kept it. */
  boolean release(ContentId id, PinOwner owner) {
    lock.lock();
    try {
      Entry entry = held.get(id);
      return entry != null && kept.release(entry, owner);
    } finally {
      lock.unlock();
    }
  }

  /** What is kept from being evicted. */
  Set<ContentId> kept(Collection<PinOwner> owners) {
    lock.lock();
    try {
      return kept.keptByAny(owners);
    } finally {
      lock.unlock();
    }
  }

  /** Gives back bytes that were reserved. */
  void free(long byteCount) {
    lock.lock();
    try {
      usedBytes -= byteCount;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Claims the right to publish a content.
   *
   * @return false where it is held or somebody else is publishing it
   */
  boolean claim(ContentId id) {
    lock.lock();
    try {
      while (deletions > 0 && inTransit.contains(id) && !held.containsKey(id)) {
        changed.awaitUninterruptibly();
      }
      return !held.containsKey(id) && inTransit.add(id);
    } finally {
      lock.unlock();
    }
  }

  /** Gives up a claim. */
  void disclaim(ContentId id) {
    lock.lock();
    try {
      inTransit.remove(id);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Holds a content that was claimed and published, pinned once; its cost is reserved already. */
  Entry add(StoredContent content, long cost) {
    Entry entry = new Entry(content, cost);
    lock.lock();
    try {
      inTransit.remove(content.id());
      put(entry);
      countPin(entry);
      announcements.noteAdded(content.id());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    announcements.tell();
    return entry;
  }

  /** Holds a content that was found when the store was opened, the oldest first. */
  void adopt(StoredContent content, long cost) {
    lock.lock();
    try {
      usedBytes += cost;
      put(new Entry(content, cost));
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void put(Entry entry) {
    held.put(entry.content.id(), entry);
    entry.content.digests().forEach(digest -> byDigest.put(digest, entry.content.id()));
    entry.place = order.add(entry);
  }

  /** A content was found damaged when the store was opened, or a part of one when it was read. */
  void countDamaged() {
    lock.lock();
    try {
      damagedContents++;
    } finally {
      lock.unlock();
    }
  }

  /** Forgets a content, where it is held. */
  void remove(ContentId id) throws IOException {
    Optional<Entry> entry = pin(id);
    if (entry.isPresent()) {
      forget(entry.get(), RemovalCause.REMOVED);
      unpin(entry.get());
    }
  }

  /** Forgets an entry that the caller has open; it is deleted when nobody has it open. */
  void forget(Entry entry, RemovalCause cause) throws IOException {
    lock.lock();
    try {
      if (entry.forgotten) {
        return;
      }
      damagedContents += cause == RemovalCause.DAMAGED ? 1 : 0;
      leave(entry, cause);
    } finally {
      lock.unlock();
    }
    announcements.tell();
    try {
      entry.content.setAside();
    } finally {
      disclaim(entry.content.id());
    }
  }

  @GuardedBy("lock")
  private void leave(Occupant occupant, RemovalCause cause) {
    occupant.forgotten = true;
    if (occupant.place != null) {
      order.remove(occupant.place);
    }
    if (occupant instanceof Entry entry) {
      ContentId id = entry.content.id();
      kept.releaseAll(entry);
      held.remove(id);
      entry.content.digests().forEach(digest -> byDigest.remove(digest, id));
      inTransit.add(id);
      announcements.noteRemoved(id, cause);
    }
  }

  /** Deletes what has left; where that fails its bytes stay counted, for they are still there. */
  private void delete(Occupant occupant, boolean endsTransit) {
    boolean deleted = false;
    try {
      occupant.delete();
      deleted = true;
    } catch (IOException e) {
      LOG.warn("could not delete {}, its bytes stay counted", occupant, e);
    }
    lock.lock();
    try {
      deletions--;
      usedBytes -= deleted ? occupant.cost : 0;
      if (endsTransit && occupant instanceof Entry entry) {
        inTransit.remove(entry.content.id());
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    announcements.tell();
  }

  /** Admits parts of a body, which may be evicted like a content from now on. */
  void admit(Fragments fragments) {
    lock.lock();
    try {
      fragments.place = order.add(fragments);
    } finally {
      lock.unlock();
    }
  }

  /** Makes room for more of what the caller has open. */
  void grow(Fragments fragments, long byteCount) throws StoreFullException {
    if (byteCount == 0) {
      return;
    }
    reserve(byteCount);
    lock.lock();
    try {
      fragments.cost += byteCount;
    } finally {
      lock.unlock();
    }
  }

  /** Forgets parts of a body; they are deleted when nobody has them open. */
  void forget(Fragments fragments) {
    boolean delete;
    lock.lock();
    try {
      if (fragments.forgotten) {
        return;
      }
      leave(fragments, RemovalCause.REMOVED);
      delete = fragments.pins == 0;
      deletions += delete ? 1 : 0;
    } finally {
      lock.unlock();
    }
    if (delete) {
      delete(fragments, false);
    }
  }

  boolean isForgotten(Fragments fragments) {
    lock.lock();
    try {
      return fragments.forgotten;
    } finally {
      lock.unlock();
    }
  }

  Optional<ContentId> find(Digest digest) {
    lock.lock();
    try {
      return Optional.ofNullable(byDigest.get(digest));
    } finally {
      lock.unlock();
    }
  }

  Set<Digest> digests(ContentId id) {
    lock.lock();
    try {
      Entry entry = held.get(id);
      return entry == null ? Set.of() : entry.content.digests();
    } finally {
      lock.unlock();
    }
  }

  Set<ContentId> ids() {
    lock.lock();
    try {
      return Set.copyOf(held.keySet());
    } finally {
      lock.unlock();
    }
  }

  void addListener(ContentListener listener) {
    announcements.addListener(listener);
  }

  Counts counts() {
    lock.lock();
    try {
      return new Counts(held.size(), usedBytes, limitBytes, evictedContents, damagedContents);
    } finally {
      lock.unlock();
    }
  }
}
