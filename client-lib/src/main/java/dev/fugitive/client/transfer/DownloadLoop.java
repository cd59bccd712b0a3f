package dev.fugitive.client.transfer;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.store.ChunkFill;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.SwarmEvent.AlreadyHere;
import dev.fugitive.client.transfer.SwarmEvent.DemandMoved;
import dev.fugitive.client.transfer.SwarmEvent.PeerLeft;
import dev.fugitive.client.transfer.SwarmEvent.PeerRefused;
import dev.fugitive.client.transfer.SwarmEvent.ReaderGone;
import dev.fugitive.client.transfer.SwarmEvent.Tick;
import dev.fugitive.client.transfer.SwarmEvent.Wanted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of a download that owns its {@link SwarmCore}: takes everything out of the
 * mailbox, lets the core decide once, and does what it says. It waits for nobody but the mailbox.
 *
 * <p>All fields are that thread's alone, but {@link #wastedBytes}.
 */
final class DownloadLoop {
  private static final Logger LOG = LoggerFactory.getLogger(DownloadLoop.class);

  private final Download download;
  private final ChunkFill fill;
  private final Mailbox mailbox;
  private final @Nullable OriginRanges origin;
  private final LongSupplier nanoClock;
  private final SwarmCore core;
  private final Map<PeerId, PeerSource> sources = new HashMap<>();

  private @Nullable OriginReader reader;
  private long wakeNanos = Long.MAX_VALUE;
  private long demand = -1;
  private ChunkSet wantedBefore = ChunkSet.EMPTY;
  private boolean wasRead;
  private @Nullable DownloadOutcome decided;

  /** Written by the loop alone. */
  private volatile long wastedBytes;

  DownloadLoop(
      Download download,
      SwarmCore core,
      ChunkFill fill,
      Mailbox mailbox,
      @Nullable OriginRanges origin,
      LongSupplier nanoClock) {
    this.download = download;
    this.core = core;
    this.fill = fill;
    this.mailbox = mailbox;
    this.origin = origin;
    this.nanoClock = nanoClock;
  }

  void start() {
    mailbox.postAtOnce(new AlreadyHere(fill.chunks()));
    fill.setDemandListener(mailbox::nudge);
    mailbox.nudge();
    Thread.ofVirtual().name("download-" + fill.id()).start(this::run);
  }

  /** Bytes that came although they were here already; for any thread. */
  long wastedBytes() {
    return wastedBytes;
  }

  private void run() {
    DownloadOutcome end;
    try {
      end = loop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      end = new DownloadOutcome.Cancelled();
    } catch (RuntimeException | Error e) {
      LOG.error("the download of {} is broken", fill.id(), e);
      end = new DownloadOutcome.Failed(new IOException("the download is broken: " + e, e));
    }
    end(end);
  }

  private DownloadOutcome loop() throws InterruptedException {
    DownloadOutcome end = decided;
    while (end == null) {
      long now = nanoClock.getAsLong();
      List<SwarmEvent> events = mailbox.drain(wakeNanos - now);
      events.forEach(this::dropEnded);
      perform(core.on(lookAround(events), nanoClock.getAsLong()));
      wastedBytes = core.wastedBytes();
      end = decided;
    }
    return end;
  }

  private void end(DownloadOutcome end) {
    cancelOrigin();
    download.shut();
    fill.setDemandListener(DownloadLoop::nobodyListens);
    sources.values().forEach(PeerSource::stop);
    download.end(settled(end), core.peers());
  }

  /**
   * Whoever reads the last chunk may leave, and so cancel, at the moment when everything is here.
   */
  private DownloadOutcome settled(DownloadOutcome end) {
    boolean isWhole = fill.chunks().isComplete(fill.id().chunkCount());
    return isWhole ? new DownloadOutcome.Finished() : end;
  }

  private static void nobodyListens() {}

  // ---- what happened

  /** Where the peer has ended a transfer, nothing is said in it any more. */
  private void dropEnded(SwarmEvent event) {
    switch (event) {
      case PeerLeft(var peer, var ignored) -> drop(peer);
      case PeerRefused(var peer, var ignored, var alsoIgnored) -> drop(peer);
      default -> {}
    }
  }

  private void drop(PeerId peer) {
    PeerSource source = sources.remove(peer);
    if (source != null) {
      source.stop();
    }
  }

  /**
   * Adds to what was posted what can be seen: whether to go on, where the reader is, and whether
   * the origin is there.
   */
  private List<SwarmEvent> lookAround(List<SwarmEvent> posted) {
    List<SwarmEvent> events = new ArrayList<>(posted);
    lookWhetherToGoOn(events);
    lookAtDemand(events);
    download.intake().takeHeard().ifPresent(events::add);
    if (events.isEmpty()) {
      events.add(new Tick());
    }
    return events;
  }

  private void lookWhetherToGoOn(List<SwarmEvent> events) {
    IOException broken = download.intake().fault();
    int readers = download.isForOthers() ? 1 : fill.readers();
    wasRead |= readers > 0;
    if (broken != null) {
      decided = new DownloadOutcome.Failed(broken);
      events.add(new ReaderGone());
    } else if (download.isCancelled() || (wasRead && readers == 0)) {
      decided = new DownloadOutcome.Cancelled();
      events.add(new ReaderGone());
    }
  }

  private void lookAtDemand(List<SwarmEvent> events) {
    long demanded = download.isForOthers() ? lookAtWanted(events) : fill.demand();
    if (demanded != demand) {
      demand = demanded;
      events.add(0, new DemandMoved(demanded));
    }
  }

  /** Returns the first byte that is wanted for others. */
  private long lookAtWanted(List<SwarmEvent> events) {
    ChunkSet chunks = download.wanted();
    if (!chunks.equals(wantedBefore) || demand < 0) {
      wantedBefore = chunks;
      events.add(0, new Wanted(chunks));
    }
    return Math.max(0, (long) chunks.nextSet(0) * ContentId.CHUNK_BYTES);
  }

  // ---- what is to be done

  private void perform(List<SwarmAction> actions) {
    for (SwarmAction action : actions) {
      perform(action);
    }
  }

  private void perform(SwarmAction action) {
    switch (action) {
      case SwarmAction.Open(var peer) -> open(peer);
      case SwarmAction.Request(var peer, var first, var count) ->
          inTransfer(peer, source -> source.request(first, count));
      case SwarmAction.Cancel(var peer, var first, var count) ->
          inTransfer(peer, source -> source.cancel(first, count));
      case SwarmAction.Close(var peer) -> {
        inTransfer(peer, PeerSource::close);
        sources.remove(peer);
      }
      case SwarmAction.Tell(var peer, var members) ->
          inTransfer(peer, source -> source.tell(members));
      case SwarmAction.Probe(var peer) -> inTransfer(peer, PeerSource::probe);
      case SwarmAction.Ban(var peer, var reason) -> {
        drop(peer);
        download.ban(peer, reason);
      }
      case SwarmAction.OpenOrigin open -> openOrigin(open);
      case SwarmAction.CancelOrigin(var ignored) -> cancelOrigin();
      case SwarmAction.WakeAt(var nanos) -> wakeNanos = nanos;
      case SwarmAction.Finished() -> decided = new DownloadOutcome.Finished();
      case SwarmAction.Failed(var reasons) ->
          decided =
              new DownloadOutcome.Failed(
                  new IOException(
                      "no source is left of %s: %s"
                          .formatted(fill.id(), String.join("; ", reasons))));
    }
  }

  /** Whoever has ended its transfer meanwhile is told nothing. */
  private void inTransfer(PeerId peer, Consumer<PeerSource> told) {
    PeerSource source = sources.get(peer);
    if (source != null) {
      told.accept(source);
    }
  }

  private void open(PeerId peer) {
    drop(peer);
    PeerSource source = download.transfer(peer);
    if (source != null) {
      sources.put(peer, source);
      source.open();
    }
  }

  private void openOrigin(SwarmAction.OpenOrigin range) {
    OriginRanges ranges = origin;
    if (ranges != null) {
      OriginReader opened = new OriginReader(download, download.intake(), ranges, range);
      reader = opened;
      opened.start();
    }
  }

  private void cancelOrigin() {
    OriginReader open = reader;
    if (open != null) {
      open.cancel();
    }
  }
}
