package dev.fugitive.client.fetch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.store.ByteTally;
import dev.fugitive.cache.store.ChunkFill;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.transfer.DownloadOutcome;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import okio.Source;
import org.jspecify.annotations.Nullable;

/** A content on its way from peers into the store, and the bodies that read it meanwhile. */
final class PeerFetch {
  /** How often readers may all leave and others come at the same moment. */
  private static final int MAX_RESTARTS = 100;

  private final ChunkFill fill;
  private final CompletableFuture<Boolean> whole = new CompletableFuture<>();

  @GuardedBy("fill")
  private boolean ended;

  @GuardedBy("fill")
  private int restarts;

  PeerFetch(ChunkFill fill) {
    this.fill = fill;
  }

  ContentId content() {
    return fill.id();
  }

  ChunkFill fill() {
    return fill;
  }

  /**
   * The download is over: the content is whole, or was given up.
   *
   * @return false where it was given up since nobody read it, and somebody does by now: then it
   *     must be started again
   */
  boolean end(DownloadOutcome outcome) {
    synchronized (fill) {
      if (outcome instanceof DownloadOutcome.Cancelled
          && fill.readers() > 0
          && restarts++ < MAX_RESTARTS) {
        return false;
      }
      ended = true;
    }
    whole.complete(outcome instanceof DownloadOutcome.Finished);
    fill.close();
    return true;
  }

  boolean hasEnded() {
    synchronized (fill) {
      return ended;
    }
  }

  /**
   * Runs an action when the content is whole or given up, at once where that has happened.
   *
   * @param action is told whether the content is whole
   */
  void whenEnded(Consumer<Boolean> action) {
    var unused = whole.thenAccept(action);
  }

  /** Opens the whole body for one more reader. */
  SourcedBody open(@Nullable String contentType, ByteTally tally) throws IOException {
    return open(contentType, 0, fill.id().length(), tally);
  }

  /** Opens a part of the body for one more reader; the end is exclusive. */
  SourcedBody open(@Nullable String contentType, long fromByte, long untilByte, ByteTally tally)
      throws IOException {
    Source source;
    synchronized (fill) {
      if (ended) {
        throw new IOException("the fetch of " + fill.id() + " has ended");
      }
      source = fill.source(fromByte, untilByte, tally);
    }
    return new SourcedBody(
        contentType, untilByte - fromByte, Provenance.TIER1, tally, source, this);
  }
}
