package dev.fugitive.client.transfer.upload;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.wire.PeerMessage;
import org.jspecify.annotations.Nullable;

/** One upload slot in use: a content on its way to one peer. Confined to the core's owner. */
final class Transfer {
  private static final long REACH_INTERVAL_NANOS = 50_000_000;
  private static final int HAVE_CHUNKS = 64;

  final long slot;
  final int id;
  final ContentId content;

  /** Whether we fetch for the peer what it asks for. */
  final boolean relayed;

  /** What a relayed transfer was asked for and is not here yet. */
  ChunkSet awaited = ChunkSet.EMPTY;

  private ChunkSet here = ChunkSet.EMPTY;
  private boolean granted;
  private int chunksSaid;
  private long saidNanos;

  /** What can be reached and the peer has not been told of; a later one replaces it. */
  private PeerMessage.@Nullable CanReach reach;

  private long reachSaidNanos;

  /** When the peer last asked for something, or last was sent something. */
  long activeNanos;

  boolean inFlight;
  boolean released;
  int queuedChunks;
  long sentBytes;

  private Transfer(long slot, int id, ContentId content, boolean relayed, long nowNanos) {
    this.slot = slot;
    this.id = id;
    this.content = content;
    this.relayed = relayed;
    this.activeNanos = nowNanos;
    this.reachSaidNanos = nowNanos - REACH_INTERVAL_NANOS;
  }

  static Transfer of(long slot, PeerMessage.Open open, long nowNanos) {
    return new Transfer(slot, open.transferId(), open.content(), false, nowNanos);
  }

  static Transfer relayed(long slot, PeerMessage.OpenThrough open, long nowNanos) {
    return new Transfer(slot, open.transferId(), open.content(), true, nowNanos);
  }

  ChunkSet here() {
    return here;
  }

  boolean isGranted() {
    return granted;
  }

  /** Whether the peer has not been told of everything yet. */
  boolean isGrowing() {
    boolean grows = granted && (relayed ? !awaited.isEmpty() : chunksSaid < content.chunkCount());
    return grows || reach != null;
  }

  /** Takes note of what is here. */
  void grow(ChunkSet chunks) {
    here = chunks;
  }

  /** Whether the peer should hear that more is here: after a while, or after a good part more. */
  boolean isHaveDue(long nowNanos, long intervalNanos) {
    int news = here.cardinality() - chunksSaid;
    boolean rested = nowNanos - saidNanos >= intervalNanos;
    return news >= HAVE_CHUNKS || (news > 0 && rested);
  }

  /** More can be reached. */
  void reached(PeerMessage.CanReach more) {
    reach = more;
  }

  /** Takes out what the peer should hear of what can be reached; null before it is time. */
  PeerMessage.@Nullable CanReach takeReach(long nowNanos) {
    if (reach == null || nowNanos - reachSaidNanos < REACH_INTERVAL_NANOS) {
      return null;
    }
    PeerMessage.CanReach taken = reach;
    reach = null;
    reachSaidNanos = nowNanos;
    return taken;
  }

  /** Takes out what was asked for and has come. */
  ChunkSet takeArrived() {
    ChunkSet missing = awaited.minus(here);
    ChunkSet arrived = awaited.minus(missing);
    awaited = missing;
    return arrived;
  }

  PeerMessage.Have have(long nowNanos) {
    granted = true;
    chunksSaid = here.cardinality();
    saidNanos = nowNanos;
    return new PeerMessage.Have(id, here);
  }

  /** Whether the peer keeps the slot without use. */
  boolean isSilent(long nowNanos, long silenceNanos) {
    return queuedChunks == 0
        && awaited.isEmpty()
        && !inFlight
        && nowNanos - activeNanos >= silenceNanos;
  }
}
