package dev.fugitive.client.transfer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.mesh.PeerSession;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The transfers that we have opened on one session, by their ids, and the downloads that count on
 * it.
 *
 * <p>An id is never used twice. Chunks of a transfer that is over are tolerated for as many as were
 * asked for when it ended; of an id that was never given, never.
 */
final class SessionTransfers {
  /** Transfers of one peer that are remembered as being about what we fetch too. */
  private static final int MAX_READERS = 256;

  /** Transfers that wait for what was wished. */
  private static final int MAX_WISHES = 16;

  private final PeerSession session;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Map<Integer, Incoming> sources = new HashMap<>();

  @GuardedBy("lock")
  private final Set<Download> downloads = new HashSet<>();

  /** Our downloads that the peer fetches too, by the ids of its transfers. */
  @GuardedBy("lock")
  private final Map<Integer, Download> readers = new LinkedHashMap<>();

  @GuardedBy("lock")
  private int nextId;

  @GuardedBy("lock")
  private long lateChunks;

  @GuardedBy("lock")
  private boolean closed;

  @GuardedBy("lock")
  private boolean banned;

  SessionTransfers(PeerSession session) {
    this.session = session;
  }

  PeerSession session() {
    return session;
  }

  /** A download counts on this session; false where it is closed. */
  boolean join(Download download) {
    lock.lock();
    try {
      return !closed && downloads.add(download);
    } finally {
      lock.unlock();
    }
  }

  /** A download is over. */
  void leave(Download download) {
    lock.lock();
    try {
      readers.values().removeIf(read -> read == download);
      downloads.remove(download);
    } finally {
      lock.unlock();
    }
  }

  /**
   * The peer has begun to fetch what a download of ours fetches. Where it begins anew, we have
   * refused it before: then it says nothing more in the other transfer, not even Close.
   */
  void noteReader(int transferId, Download download) {
    lock.lock();
    try {
      readers.values().removeIf(read -> read == download);
      if (!closed && readers.size() < MAX_READERS) {
        readers.put(transferId, download);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The download that a transfer of the peer is about, where it is one of ours. */
  Optional<Download> findReader(int transferId) {
    lock.lock();
    try {
      return Optional.ofNullable(readers.get(transferId));
    } finally {
      lock.unlock();
    }
  }

  /** The peer has ended a transfer; returns the download that it was about. */
  Optional<Download> takeReader(int transferId) {
    lock.lock();
    try {
      return Optional.ofNullable(readers.remove(transferId));
    } finally {
      lock.unlock();
    }
  }

  /**
   * @param through whether the peer may ask its own peers for what it does not hold
   */
  PeerSource open(Download download, boolean through) {
    lock.lock();
    try {
      Optional<Wished> wish =
          through ? Optional.empty() : wishes().filter(one -> one.claim(download.id())).findFirst();
      PeerSource source =
          wish.map(wished -> new PeerSource(this, wished, download))
              .orElseGet(() -> new PeerSource(this, nextId++, download, through));
      sources.put(source.transferId(), source);
      return source;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Reserves a transfer in which the peer may send a content of so many chunks at most; empty where
   * enough are reserved.
   */
  Optional<Wished> wish(int maxChunks, Consumer<String> liar, Runnable ended) {
    lock.lock();
    try {
      if (closed || wishes().count() >= MAX_WISHES) {
        return Optional.empty();
      }
      Wished wish = new Wished(this, nextId++, maxChunks, liar, ended);
      sources.put(wish.transferId(), wish);
      return Optional.of(wish);
    } finally {
      lock.unlock();
    }
  }

  /** Whether the peer sends this content already. */
  boolean isSending(ContentId content) {
    lock.lock();
    try {
      return wishes().anyMatch(wish -> wish.isFor(content));
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private Stream<Wished> wishes() {
    return sources.values().stream().filter(Wished.class::isInstance).map(Wished.class::cast);
  }

  /** How many transfers are open. */
  int openCount() {
    lock.lock();
    try {
      return sources.size();
    } finally {
      lock.unlock();
    }
  }

  /** A transfer is over; what was asked for in it may still come. */
  void end(int transferId, long owedChunks) {
    lock.lock();
    try {
      lateChunks += sources.remove(transferId) == null ? 0 : owedChunks;
    } finally {
      lock.unlock();
    }
  }

  Optional<Incoming> find(int transferId) {
    lock.lock();
    try {
      return Optional.ofNullable(sources.get(transferId));
    } finally {
      lock.unlock();
    }
  }

  /** Whether a transfer of this id was opened, and may be over, as all are when the session is. */
  boolean wasOpened(int transferId) {
    lock.lock();
    try {
      return closed || transferId < nextId;
    } finally {
      lock.unlock();
    }
  }

  /** Chunks came for a transfer that is over; returns whether they may have been under way. */
  boolean mayBeLate(int chunkCount) {
    lock.lock();
    try {
      lateChunks -= chunkCount;
      return closed || lateChunks >= 0;
    } finally {
      lock.unlock();
    }
  }

  /** The peer has lied; returns whether this is the first time that it is said. */
  boolean ban() {
    lock.lock();
    try {
      boolean first = !banned;
      banned = true;
      return first;
    } finally {
      lock.unlock();
    }
  }

  /** The session is closed, or is about to be; returns whom that concerns. */
  Set<Download> close() {
    lock.lock();
    try {
      closed = true;
      readers.clear();
      sources.clear();
      return Set.copyOf(downloads);
    } finally {
      lock.unlock();
    }
  }
}
