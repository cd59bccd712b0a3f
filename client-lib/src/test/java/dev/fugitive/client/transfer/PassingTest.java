package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.store.ChunkFill;
import dev.fugitive.cache.store.ContentStore;
import dev.fugitive.cache.store.MemoryTier;
import dev.fugitive.client.wire.PeerMessage.Close;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A download that fetches for others alone. */
class PassingTest {
  private final Downloads downloads =
      new Downloads(Peers.named(0), (peer, reason) -> {}, System::nanoTime);
  private final ContentStore store = MemoryTier.open(64 * 1024 * 1024);
  private final TestBody body = new TestBody(2 * 16_384);
  private final TestPeer holder = TestPeer.honest(1, downloads, body);

  @AfterEach
  void nothingIsLeftBehind() throws Exception {
    downloads.close();
    assertThat(downloads.count()).isZero();
    holder.end();
    store.close();
  }

  @Test
  void whoLeavesWithTheLastChunkLeavesTheWhole() throws Exception {
    assertThat(outcomeWhereTheReaderLeavesAfter(ChunkSet.all(body.id)))
        .isInstanceOf(DownloadOutcome.Finished.class);
    assertThat(store.open(body.id))
        .hasValueSatisfying(held -> {
          assertThat(held.chunks()).isEqualTo(ChunkSet.all(body.id));
          held.close();
        });
  }

  @Test
  void whoLeavesBeforeLeavesNothing() throws Exception {
    assertThat(outcomeWhereTheReaderLeavesAfter(ChunkSet.range(0, 1)))
        .isInstanceOf(DownloadOutcome.Cancelled.class);
    assertThat(store.open(body.id)).isEmpty();
  }

  /** The reader has these chunks and is gone before the download has heard that they are here. */
  private DownloadOutcome outcomeWhereTheReaderLeavesAfter(ChunkSet chunks) throws Exception {
    CompletableFuture<Download> started = new CompletableFuture<>();
    ChunkFill fill = store.fillByChunks(body.id);
    Download download =
        downloads.pass(
            fill, List.of(holder), new Reader(started, fill, chunks), outcome -> fill.close());
    started.complete(download);
    download.want(chunks);
    return download.awaitOutcome();
  }

  private final class Reader implements Download.Passing {
    private final CompletableFuture<Download> started;
    private final ChunkFill fill;
    private final ChunkSet read;

    Reader(CompletableFuture<Download> started, ChunkFill fill, ChunkSet read) {
      this.started = started;
      this.fill = fill;
      this.read = read;
    }

    @Override
    public void onReached(ChunkSet chunks) {
      assertThat(chunks).isEqualTo(ChunkSet.all(body.id));
    }

    @Override
    public void onArrived() {
      if (fill.chunks().equals(read)) {
        started.join().cancel();
        await().until(() -> holder.heard().stream().anyMatch(Close.class::isInstance));
      }
    }

    @Override
    public void onRefused(RefusalReason reason) {
      throw new AssertionError(reason);
    }
  }
}
