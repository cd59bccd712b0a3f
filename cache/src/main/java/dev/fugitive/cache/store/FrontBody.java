package dev.fugitive.cache.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.cache.content.ContentHasher;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.content.HashedContent;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is stored of a stream: hashed and written from its first byte on, read back in whole chunks,
 * and a content when the last byte has come.
 *
 * <p>One thread writes, any thread reads what is durable or stops it. A medium that fails, a full
 * store and damaged bytes stop it for good: then nothing will be stored, but what was written
 * before can still be read.
 */
final class FrontBody {
  private static final Logger LOG = LoggerFactory.getLogger(FrontBody.class);

  private final Medium medium;
  private final Reservation reservation;
  private final Publishing publishing;
  private final Catalogue catalogue;
  private final long expectedLength;

  /** Belongs to the writer's thread; readers ask it for leaves of chunks that are durable. */
  private final ContentHasher hasher;

  /** Set by the writer's thread. */
  private volatile long durable;

  /** Why nothing will be stored; null while something will. */
  private volatile @Nullable Exception stopped;

  @GuardedBy("this")
  private @Nullable FillBody body;

  @GuardedBy("this")
  private boolean released;

  @GuardedBy("this")
  private Catalogue.@Nullable Entry published;

  FrontBody(
      Medium medium,
      Reservation reservation,
      Publishing publishing,
      Catalogue catalogue,
      long expectedLength,
      Set<Digest.Algorithm> also) {
    this.medium = medium;
    this.reservation = reservation;
    this.publishing = publishing;
    this.catalogue = catalogue;
    this.expectedLength = expectedLength;
    this.hasher = new ContentHasher(also);
  }

  /** How many bytes from the first on can be read back. */
  long durable() {
    return durable;
  }

  /** Why nothing will be stored; null while something will. */
  @Nullable Exception stopped() {
    return stopped;
  }

  /** Hashes and stores the next bytes, unless it was stopped. */
  void write(ByteBuffer piece) throws InterruptedIOException {
    FillBody target = storingBody();
    if (target == null) {
      return;
    }
    long position = hasher.length();
    try {
      long end = position + piece.remaining();
      hasher.update(piece.duplicate());
      reservation.growTo(medium.cost(end));
      target.write(position, piece);
      durable = end;
    } catch (InterruptedIOException e) {
      stop(e);
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      stop(e);
    }
  }

  /** Makes a content of what was written; empty where it was stopped. */
  Optional<HashedContent> publish() {
    FillBody target = storingBody();
    if (target == null) {
      return Optional.empty();
    }
    ContentHasher.Finished finished = hasher.finish();
    try {
      publishing
          .publish(target, reservation, finished.tree(), finished.content().digests())
          .ifPresent(this::holdUntilReleased);
      return Optional.of(finished.content());
    } catch (IOException e) {
      stop(e);
      return Optional.empty();
    }
  }

  private void holdUntilReleased(Catalogue.Entry entry) {
    synchronized (this) {
      if (!released) {
        published = entry;
        return;
      }
    }
    catalogue.unpin(entry);
  }

  private void stop(Exception cause) {
    LOG.warn("a body is passed on without being stored: {}", cause.toString());
    stopped = cause;
  }

  private @Nullable FillBody storingBody() {
    if (stopped != null) {
      return null;
    }
    FillBody known = bodyOrNull();
    return known != null ? known : openBody();
  }

  private synchronized @Nullable FillBody bodyOrNull() {
    return body;
  }

  private @Nullable FillBody openBody() {
    FillBody opened;
    try {
      opened = medium.newBody(expectedLength);
    } catch (IOException e) {
      stop(e);
      return null;
    }
    synchronized (this) {
      if (!released) {
        body = opened;
        return opened;
      }
    }
    opened.discard();
    return null;
  }

  /**
   * Fills the buffer with chunks that are durable, each checked against its leaf.
   *
   * @param start where the first of them begins
   */
  void read(long start, ByteBuffer chunks) throws IOException {
    FillBody source = bodyOrNull();
    if (source == null || !chunks.hasRemaining()) {
      throw new IOException("byte " + start + " is gone (expected: in the body)");
    }
    source.read(start, chunks);
    try {
      LeafCheck.check(chunks.flip(), (int) (start / ContentId.CHUNK_BYTES), hasher::leafHash);
    } catch (DamagedContentException e) {
      stop(e);
      throw e;
    }
  }

  /** Nobody writes or reads any more: the body goes too, unless it became a content. */
  void release() {
    FillBody left;
    Catalogue.Entry pinned;
    synchronized (this) {
      released = true;
      left = body;
      pinned = published;
    }
    if (pinned != null) {
      catalogue.unpin(pinned);
    } else if (left != null) {
      left.discard();
    }
    reservation.endWith(0);
  }
}
