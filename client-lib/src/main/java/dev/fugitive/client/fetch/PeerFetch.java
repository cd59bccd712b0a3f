package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.store.ByteTally;
import dev.fugitive.cache.store.ChunkFill;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.transfer.DownloadOutcome;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A content on its way from peers into the store, and the bodies that read it meanwhile. */
final class PeerFetch {
  private final ChunkFill fill;
  private final CompletableFuture<Boolean> whole = new CompletableFuture<>();

  PeerFetch(ChunkFill fill) {
    this.fill = fill;
  }

  ContentId content() {
    return fill.id();
  }

  ChunkFill fill() {
    return fill;
  }

  /** The content is whole, or was given up. */
  void onEnded(DownloadOutcome outcome) {
    // the last reader may leave, and so cancel, at the moment when everything is here
    whole.complete(
        outcome instanceof DownloadOutcome.Finished
            || fill.chunks().isComplete(fill.id().chunkCount()));
    fill.close();
  }

  boolean hasEnded() {
    return whole.isDone();
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
    return new SourcedBody(
        contentType,
        untilByte - fromByte,
        Provenance.TIER1,
        tally,
        fill.source(fromByte, untilByte, tally),
        this);
  }
}
