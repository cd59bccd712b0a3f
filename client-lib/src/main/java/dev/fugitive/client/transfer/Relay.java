package dev.fugitive.client.transfer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.store.ChunkFill;
import dev.fugitive.cache.store.ContentStore;
import dev.fugitive.cache.store.HeldContent;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.upload.RelaySource.Listener;
import dev.fugitive.client.transfer.upload.RelaySource.Relayed;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One content that passes through us: what its readers want, and the download that fetches just
 * that. Lives from its first reader to its last.
 */
final class Relay implements Download.Passing {
  private final ContentStore store;
  private final ChunkFill fill;
  private final List<PeerSession> sources;
  private final BiConsumer<Relay, Boolean> ended;

  /** Who reads, and what each wants. */
  @GuardedBy("this")
  private final Map<Reader, ChunkSet> readers = new HashMap<>();

  @GuardedBy("this")
  private ChunkSet reached = ChunkSet.EMPTY;

  /** Readers that were let in and are not there yet. */
  @GuardedBy("this")
  private int entering = 1;

  @GuardedBy("this")
  private int refusals;

  @GuardedBy("this")
  private RefusalReason reason = RefusalReason.DONT_HAVE;

  @GuardedBy("this")
  private boolean over;

  private volatile @Nullable Download download;

  Relay(
      ContentStore store,
      ChunkFill fill,
      List<PeerSession> sources,
      BiConsumer<Relay, Boolean> ended) {
    this.store = store;
    this.fill = fill;
    this.sources = sources;
    this.ended = ended;
  }

  ContentId content() {
    return fill.id();
  }

  void start(Downloads downloads) {
    download = downloads.pass(fill, sources, this, this::onEnd);
    wantWhatReadersDo();
  }

  /** Readers may have come and asked before there was a download. */
  private synchronized void wantWhatReadersDo() {
    wantedChanged();
  }

  /** Lets one more reader in; false where the relay is over. */
  synchronized boolean enter() {
    if (over) {
      return false;
    }
    entering++;
    return true;
  }

  /** A reader that was let in. */
  Relayed reader(Listener listener) {
    Reader reader = new Reader(listener);
    ChunkSet known;
    boolean late;
    synchronized (this) {
      entering--;
      readers.put(reader, ChunkSet.EMPTY);
      known = reached;
      late = over;
    }
    if (late) {
      end(List.of(reader));
    } else if (!known.isEmpty()) {
      listener.onReached(holders(), known);
    }
    return reader;
  }

  private List<PeerId> holders() {
    return sources.stream().map(PeerSession::peer).toList();
  }

  private synchronized List<Reader> readers() {
    return List.copyOf(readers.keySet());
  }

  // ---- what the download says

  @Override
  public void onReached(ChunkSet chunks) {
    ChunkSet all;
    synchronized (this) {
      all = reached.union(chunks);
      if (all.equals(reached)) {
        return;
      }
      reached = all;
    }
    readers().forEach(reader -> reader.listener.onReached(holders(), all));
  }

  @Override
  public void onArrived() {
    readers().forEach(reader -> reader.listener.onArrived());
  }

  /** Where nobody gives anything, readers hear so at once: they have others to ask. */
  @Override
  public void onRefused(RefusalReason refusal) {
    boolean hopeless;
    synchronized (this) {
      refusals++;
      reason = refusal == RefusalReason.BUSY ? RefusalReason.BUSY : reason;
      hopeless = reached.isEmpty() && refusals >= sources.size();
    }
    if (hopeless) {
      cancel();
    }
  }

  private void onEnd(DownloadOutcome outcome) {
    boolean whole = outcome instanceof DownloadOutcome.Finished;
    synchronized (this) {
      over = true;
    }
    ended.accept(this, whole);
    fill.close();
    if (whole) {
      onArrived();
    } else {
      end(readers());
    }
  }

  private void end(List<Reader> all) {
    RefusalReason why;
    synchronized (this) {
      why = reason;
    }
    all.forEach(reader -> reader.listener.onEnded(why));
  }

  private void cancel() {
    Download running = download;
    if (running != null) {
      running.cancel();
    }
  }

  private synchronized void change(Reader reader, UnaryOperator<ChunkSet> changed) {
    readers.computeIfPresent(reader, (known, wanted) -> changed.apply(wanted));
    wantedChanged();
  }

  @GuardedBy("this")
  private void wantedChanged() {
    ChunkSet wanted = ChunkSet.EMPTY;
    for (ChunkSet each : readers.values()) {
      wanted = wanted.union(each);
    }
    Download running = download;
    if (running != null) {
      running.want(wanted);
    }
  }

  private void left(Reader reader) {
    boolean last;
    synchronized (this) {
      readers.remove(reader);
      last = readers.isEmpty() && entering == 0;
      over |= last;
      wantedChanged();
    }
    if (last) {
      cancel();
    }
  }

  /** One reader's side. */
  private final class Reader implements Relayed {
    private final Listener listener;

    Reader(Listener listener) {
      this.listener = listener;
    }

    @Override
    public HeldContent open() throws IOException {
      return store
          .open(content())
          .orElseThrow(() -> new IOException(content() + " is no longer on its way"));
    }

    @Override
    public void want(int firstChunk, int chunkCount) {
      ChunkSet more = ChunkSet.range(firstChunk, firstChunk + chunkCount);
      change(this, wanted -> wanted.union(more));
    }

    @Override
    public void unwant(int firstChunk, int chunkCount) {
      ChunkSet less = ChunkSet.range(firstChunk, firstChunk + chunkCount);
      change(this, wanted -> wanted.minus(less));
    }

    @Override
    public void close() {
      left(this);
    }
  }
}
