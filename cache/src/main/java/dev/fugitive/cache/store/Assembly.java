package dev.fugitive.cache.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.MerkleTree;
import dev.fugitive.cache.content.PartialTree;
import dev.fugitive.cache.content.VerifiedChunk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import okio.Timeout;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A content of known id that is being put together from verified chunks, shared by everybody who
 * fills or reads it.
 *
 * <p>A chunk is here when its bytes were written, and seen where its {@link Arrivals} say so. The
 * root is computed once more before anything is stored. The chunk that completes the set publishes
 * the content, in the call that brought it; readers do not wait for that. The assembly ends when
 * the last of those who fill it gives up, when its bytes are damaged, or when its last handle is
 * closed; unless it was published, its bytes go then.
 */
final class Assembly {
  private static final Logger LOG = LoggerFactory.getLogger(Assembly.class);

  private final ContentId id;
  private final AssemblyBytes bytes;
  private final Reservation reservation;
  private final Publishing publishing;
  private final Catalogue catalogue;
  private final Consumer<Assembly> onLeft;
  private final PartialTree tree;
  private final FrontDigest front;
  private final Demand demand;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private final Arrivals arrivals;

  /** The handles that may still bring chunks. */
  @GuardedBy("lock")
  private final Set<AssemblyHandle> fillers = new HashSet<>();

  @GuardedBy("lock")
  private int handles;

  @GuardedBy("lock")
  private boolean ended;

  @GuardedBy("lock")
  private @Nullable IOException failure;

  @GuardedBy("lock")
  private Catalogue.@Nullable Entry published;

  /** Starts without a handle. */
  Assembly(
      ContentId id,
      AssemblyBytes bytes,
      Reservation reservation,
      Publishing publishing,
      Catalogue catalogue,
      Consumer<Assembly> onLeft) {
    this.id = id;
    this.bytes = bytes;
    this.reservation = reservation;
    this.publishing = publishing;
    this.catalogue = catalogue;
    this.onLeft = onLeft;
    this.tree = new PartialTree(id);
    this.front = new FrontDigest(id, bytes);
    this.demand = new Demand(id.length());
    this.arrivals = new Arrivals(id, tree);
  }

  ContentId id() {
    return id;
  }

  PartialTree tree() {
    return tree;
  }

  /** Who reads it. */
  Demand demand() {
    return demand;
  }

  /** The content of no bytes is whole at once. */
  void completeIfEmpty() throws IOException {
    if (id.chunkCount() == 0) {
      complete();
    }
  }

  /** One more handle that fills; none where the assembly has ended. */
  Optional<AssemblyHandle> fill() {
    lock.lock();
    try {
      if (!retain()) {
        return Optional.empty();
      }
      AssemblyHandle filler = new AssemblyHandle(this);
      fillers.add(filler);
      return Optional.of(filler);
    } finally {
      lock.unlock();
    }
  }

  /** One more handle; false where the assembly has ended. */
  boolean retain() {
    lock.lock();
    try {
      if (ended) {
        return false;
      }
      handles++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** One handle less. */
  void release() {
    boolean last;
    lock.lock();
    try {
      last = --handles == 0;
    } finally {
      lock.unlock();
    }
    if (last) {
      end(new IOException("nobody fills " + id + " any more"));
    }
  }

  /** A handle that was filling is closed. */
  void leave(AssemblyHandle filler) {
    lock.lock();
    try {
      fillers.remove(filler);
    } finally {
      lock.unlock();
    }
    release();
  }

  /** Returns the bytes of those that were not here already. */
  long put(List<VerifiedChunk> chunks, IntFunction<Provenance> from, AssemblyHandle bringer)
      throws IOException {
    chunks.forEach(this::checkContent);
    List<VerifiedChunk> claimed = claim(chunks, bringer);
    if (claimed.isEmpty()) {
      return 0;
    }
    boolean written = false;
    try {
      bytes.write(claimed);
      written = true;
    } finally {
      if (!written) {
        unclaim(claimed);
      }
    }
    if (arrived(claimed, from)) {
      complete();
    } else {
      follow();
    }
    return claimed.stream().mapToLong(VerifiedChunk::length).sum();
  }

  private void checkContent(VerifiedChunk chunk) {
    if (!chunk.contentId().equals(id)) {
      throw new IllegalArgumentException(
          "content of the chunk: " + chunk.contentId() + " (expected: " + id + ")");
    }
  }

  private void follow() throws IOException {
    try {
      front.follow(this::isWritten);
    } catch (DamagedContentException e) {
      fail(e);
      throw e;
    }
  }

  /** A chunk that is here. Where it was damaged since it came, the fill has failed. */
  ByteBuffer read(int index) throws IOException {
    try {
      return bytes.read(index);
    } catch (DamagedContentException e) {
      fail(e);
      throw e;
    }
  }

  /** Those that nobody has brought yet: they are the caller's to write. */
  private List<VerifiedChunk> claim(List<VerifiedChunk> chunks, AssemblyHandle bringer)
      throws IOException {
    List<VerifiedChunk> claimed = new ArrayList<>(chunks.size());
    lock.lock();
    try {
      checkRunning();
      for (VerifiedChunk chunk : chunks) {
        if (arrivals.claim(chunk, bringer)) {
          claimed.add(chunk);
        }
      }
      if (claimed.size() < chunks.size()) {
        changed.signalAll();
      }
      return claimed;
    } finally {
      lock.unlock();
    }
  }

  private void unclaim(List<VerifiedChunk> chunks) {
    lock.lock();
    try {
      arrivals.unclaim(chunks);
    } finally {
      lock.unlock();
    }
  }

  /** The chunks' bytes are written; returns whether they were the last. */
  private boolean arrived(List<VerifiedChunk> chunks, IntFunction<Provenance> from) {
    lock.lock();
    try {
      arrivals.arrived(chunks, from);
      changed.signalAll();
      return arrivals.isWhole();
    } finally {
      lock.unlock();
    }
  }

  private void complete() {
    try {
      if (bytes.isStorable()) {
        publish();
      }
    } catch (IOException e) {
      LOG.warn("{} is whole but could not be stored: {}", id, e.toString());
    }
    demand.tell();
  }

  private void publish() throws IOException {
    MerkleTree whole = MerkleTree.of(id.length(), bytes.leafHashes());
    if (!whole.id().equals(id)) {
      fail(new IOException("the chunks of " + id + " make another content: " + whole.id()));
      return;
    }
    Catalogue.Entry entry =
        publishing.publish(bytes.body(), reservation, whole, Set.of(front.finish())).orElse(null);
    boolean late;
    lock.lock();
    try {
      late = ended;
      published = late ? null : entry;
    } finally {
      lock.unlock();
    }
    onLeft.accept(this);
    if (late && entry != null) {
      catalogue.unpin(entry);
    }
  }

  /** Nobody can go on. */
  void fail(IOException cause) {
    end(cause);
  }

  /** One who fills cannot go on: its own sources fail; where nobody else fills, all do. */
  void giveUp(AssemblyHandle filler, IOException cause) {
    boolean last;
    lock.lock();
    try {
      filler.failed(cause);
      fillers.remove(filler);
      last = fillers.isEmpty();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (last) {
      end(cause);
    } else {
      demand.tell();
    }
  }

  /** Once: nobody waits any more, and what was not published goes. */
  private void end(IOException cause) {
    Catalogue.Entry entry;
    lock.lock();
    try {
      if (ended) {
        return;
      }
      ended = true;
      failure = cause;
      entry = published;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    onLeft.accept(this);
    if (entry != null) {
      catalogue.unpin(entry);
    } else {
      bytes.body().discard();
    }
    reservation.endWith(0);
    demand.tell();
  }

  private boolean isWritten(int index) {
    lock.lock();
    try {
      return arrivals.isWritten(index);
    } finally {
      lock.unlock();
    }
  }

  /** Whether a chunk is here for those who read through a handle. */
  boolean isHere(int index, AssemblyHandle reader) {
    lock.lock();
    try {
      return arrivals.isSeen(index, reader);
    } finally {
      lock.unlock();
    }
  }

  /** The chunks that are here for those who read through a handle. */
  ChunkSet chunks(AssemblyHandle reader) {
    lock.lock();
    try {
      return arrivals.seen(reader);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until a chunk is here; returns where it came from. */
  Provenance await(int index, AssemblySource source, Timeout timeout) throws IOException {
    lock.lock();
    try {
      while (!arrivals.isSeen(index, source.opener())) {
        checkRunning();
        source.checkOpen();
        timeout.awaitSignal(changed);
      }
      checkRunning();
      source.checkOpen();
      return arrivals.provenance(index);
    } finally {
      lock.unlock();
    }
  }

  void checkNotEnded() throws IOException {
    lock.lock();
    try {
      checkRunning();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void checkRunning() throws IOException {
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
  }

  /** Nobody reads by a source any more, and who waits in it learns so. */
  void detach(AssemblySource source) {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    demand.detach(source);
  }
}
