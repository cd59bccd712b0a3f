package dev.fugitive.client.transfer;

import dev.fugitive.client.wire.WireLimits;

/** Every bound that a swarm keeps; a time is in nanoseconds. */
final class SwarmLimits {
  private static final long MILLI = 1_000_000;

  /** Chunks of one request, and the alignment of requests. */
  static final int FRAME_CHUNKS = 4;

  /** Holders that are remembered for one content. */
  static final int MAX_HOLDERS = 64;

  /** A content of this length is worth a link to who holds it two links away. */
  static final long PROMOTION_BYTES = 1024 * 1024;

  /** Holders whose slots are used at once. */
  static final int MAX_OPEN_PEERS = 8;

  /** One holder more is used for every so many missing chunks; two are always used. */
  static final int CHUNKS_PER_PEER = 32;

  /** A content of so many chunks is asked for with the first word that is said about it. */
  static final int SMALL_CHUNKS = WireLimits.MAX_SENT_CHUNKS;

  /** A small content is asked of a second peer when the reader has waited for so long. */
  static final long SMALL_PATIENCE_NANOS = 200 * MILLI;

  /** Chunks after the reader that are taken in order; beyond, the rarest come first. */
  static final int URGENT_CHUNKS = 256;

  /** Chunks that are compared for rarity in one pick. */
  static final int RARITY_CANDIDATES = 256;

  /** A peer that does not answer an Open for that long is not counted on. */
  static final long OPEN_PATIENCE_NANOS = 1000 * MILLI;

  /** How long one that never said to hold anything is waited for, at least. */
  static final long FELLOW_PATIENCE_NANOS = 150 * MILLI;

  /** And at most. */
  static final long MAX_FELLOW_PATIENCE_NANOS = 400 * MILLI;

  /** A peer that does not answer an Open for that long is given up. */
  static final long OPEN_LIMIT_NANOS = 10_000 * MILLI;

  /** The shortest and the longest silence after which a peer is replaced. */
  static final long MIN_SILENCE_NANOS = 500 * MILLI;

  static final long MAX_SILENCE_NANOS = 2000 * MILLI;

  /** A slow peer is silent after twice what it usually takes, where that is longer; at most so. */
  static final long SLOW_SILENCE_NANOS = 8000 * MILLI;

  /** Silence is this many times what the peer usually takes. */
  static final int SILENCE_FACTOR = 4;

  /**
   * The shortest and the longest time after which a chunk that others of the same peer have
   * overtaken is asked for again: longer than SCTP's timer takes to repair one association.
   */
  static final long MIN_OVERDUE_NANOS = 2000 * MILLI;

  static final long MAX_OVERDUE_NANOS = 8000 * MILLI;

  /** A fellow that says nothing for so long is asked whether it is there. */
  static final long QUIET_NANOS = 1000 * MILLI;

  /** And it is taken not to be after this, where nobody has answered such a question yet. */
  static final long PROBE_PATIENCE_NANOS = 2000 * MILLI;

  /** At least, and at most so long where some have. */
  static final long MIN_PROBE_PATIENCE_NANOS = 1500 * MILLI;

  static final long MAX_PROBE_PATIENCE_NANOS = 4000 * MILLI;

  /** A silent peer is tried again after this, then twice that, and so on. */
  static final long SILENT_RETRY_NANOS = 1000 * MILLI;

  /** A peer that was silent so often in a row is given up. */
  static final int MAX_SILENCES = 4;

  /** A busy peer is asked again not sooner than this, and not later than that. */
  static final long MIN_BUSY_NANOS = 50 * MILLI;

  static final long MAX_BUSY_NANOS = 5000 * MILLI;

  /** A peer that was busy so often in a row is given up. */
  static final int MAX_BUSY_ANSWERS = 20;

  /** Before a peer's own history is known, a frame is late after this. */
  static final long FIRST_LATE_NANOS = 500 * MILLI;

  /** A frame is never late sooner than this. */
  static final long MIN_LATE_NANOS = 50 * MILLI;

  /** Bytes that may be asked twice: so many, and a share of what was useful. */
  static final long WASTE_BASE_BYTES = 256 * 1024;

  static final double WASTE_SHARE = 0.05;

  /** The endgame asks twice only where that brings a frame so much sooner. */
  static final long ENDGAME_GAIN_NANOS = 20 * MILLI;

  /** The endgame begins when so few frames are missing. */
  static final int ENDGAME_FRAMES = 32;

  /** And no more than this of the content. */
  static final double ENDGAME_SHARE = 0.0625;

  /** OFFLOAD: the origin is asked for a chunk that nobody holds after this. */
  static final long GAP_PATIENCE_NANOS = 200 * MILLI;

  /** OFFLOAD: the origin is asked when the reader waited that long for one chunk. */
  static final long READER_PATIENCE_NANOS = 1500 * MILLI;

  /** LATENCY: the same. */
  static final long READER_HASTE_NANOS = 100 * MILLI;

  /** OFFLOAD in a crowd: the same. */
  static final long CROWD_PATIENCE_NANOS = 8000 * MILLI;

  /** How often it is looked whether a member of a crowd keeps what it owes. */
  static final long CROWD_CHECK_NANOS = 250 * MILLI;

  /** A member of a crowd that owes a block is passed over when it gained nothing for so long. */
  static final long MIN_SUCCESSION_NANOS = 2000 * MILLI;

  /** For how long it is passed over; doubled when it happens again. */
  static final long PASSED_OVER_NANOS = 10_000 * MILLI;

  static final long MAX_SUCCESSION_NANOS = 10_000 * MILLI;

  /** One that is farther away is waited for that much longer for each link. */
  static final long SUCCESSION_HOP_NANOS = 500 * MILLI;

  /** Members that one fellow tells of and that have brought nothing yet. */
  static final int MAX_UNPROVEN_MEMBERS = 64;

  /** How long it is remembered that a member was passed over. */
  static final long MEMORY_NANOS = 60_000 * MILLI;

  /** At least so long nobody new was heard of before all are taken to be known. */
  static final long MIN_SETTLE_NANOS = 60 * MILLI;

  /** And at most so long, where the first fellow took its time to answer. */
  static final long MAX_SETTLE_NANOS = 300 * MILLI;

  /** Longer than this nobody waits before it begins to read. */
  static final long SETTLE_LIMIT_NANOS = 1000 * MILLI;

  /** Fellows are told who is there after so long for each of them, at least and at most that. */
  static final long TELL_NANOS = 4 * MILLI;

  static final long MIN_TELL_NANOS = 30 * MILLI;

  static final long MAX_TELL_NANOS = 200 * MILLI;

  /** What members have still to read is told so much more rarely than who they are. */
  static final int PROGRESS_TELL_FACTOR = 8;

  /** What a peer brings within this is not asked of the origin. */
  static final long IN_TIME_NANOS = 500 * MILLI;

  /** Chunks ahead of the origin's head that peers leave to it, at least. */
  static final int ORIGIN_LEAD_CHUNKS = 16;

  /** A run of chunks that are here is read over rather than skipped up to this length. */
  static final int ORIGIN_SKIP_CHUNKS = 16;

  /** After at least so long without a chunk nothing is left to an open range of the origin. */
  static final long MIN_STALL_NANOS = 1000 * MILLI;

  /** An origin that gives not a byte more for that long is asked anew. */
  static final long ORIGIN_SILENCE_NANOS = 10_000 * MILLI;

  /** The origin is retried after this, then twice that, and so on. */
  static final long ORIGIN_RETRY_NANOS = 100 * MILLI;

  /** An origin that failed so often without giving a chunk is given up. */
  static final int MAX_ORIGIN_FAILURES = 5;

  /** A swarm of peers alone that gets no chunk for that long fails. */
  static final long PROGRESS_LIMIT_NANOS = 30_000 * MILLI;

  /**
   * The same where an origin is left, which counts by its bytes. How long an origin may take to
   * answer, its own client says, a minute by default, so that it is asked again where a request was
   * lost.
   */
  static final long ORIGIN_PROGRESS_LIMIT_NANOS = 90_000 * MILLI;

  /** Time is looked at no more often than this. */
  static final long MIN_TICK_NANOS = MILLI;

  private SwarmLimits() {}
}
