package dev.fugitive.client.transfer;

import java.util.List;

/**
 * When the origin is read, from where to where, and when it stops: one more source, that cannot
 * lie.
 *
 * <p>One range at most is open. {@link FetchPolicy#OFFLOAD}: it is opened when nobody is counted
 * on, when nobody holds what the reader needs soon, or when the reader waited too long; it ends
 * before the next run that peers are bringing, and is cancelled when its head meets what is here or
 * comes in time. {@link FetchPolicy#LATENCY}: it is opened at once where the reader is, runs
 * through what peers have only been asked for, and is cancelled only by a run that is here.
 *
 * <p>Where others fetch the content too ({@link Crowd}), OFFLOAD reads nothing but what is ours to
 * read for all of us, block by block.
 *
 * <p>While it streams, peers leave it the chunks before its head (the lead): a half second's worth
 * with OFFLOAD; with LATENCY its share of what is missing, by its rate and the peers', so that both
 * finish together.
 */
final class OriginPlan {
  /** The range that the peers leave to the origin when there is none. */
  private static final ChunkRun NOTHING = new ChunkRun(0, 0);

  private static final int FIRST_LATENCY_LEAD_CHUNKS = 64;
  private static final int CHUNK_BYTES = 16 * 1024;

  /** A range that gave less before peers were ahead of it is not followed by another. */
  private static final int WORTHWHILE_CHUNKS = 64;

  private enum Phase {
    ABSENT,
    IDLE,
    OPEN,
    GIVEN_UP
  }

  private final FetchPolicy policy;
  private final ChunkPicker picker;
  private final Prospects prospects;
  private final Crowd crowd;
  private final List<SwarmAction> actions;
  private final Patience patience = new Patience();
  private Phase phase;
  private int rangeId;
  private int head;
  private int until;
  private long openedNanos;

  /** When the last chunk of the range came, or when it was opened. */
  private long arrivedNanos;

  /** When its last byte came; the largest value where none has yet. */
  private long heardNanos = Long.MAX_VALUE;

  private int chunksOfRange;

  /** How long the origin takes for one of our chunks. */
  private long chunkNanos;

  private boolean outrun;
  private boolean hasty;
  private int failures;
  private long retryAtNanos = Long.MIN_VALUE;
  private long gapSinceNanos = Long.MAX_VALUE;
  private String lastFailure = "";

  OriginPlan(
      boolean present,
      FetchPolicy policy,
      ChunkPicker picker,
      Prospects prospects,
      Crowd crowd,
      List<SwarmAction> actions) {
    this.phase = present ? Phase.IDLE : Phase.ABSENT;
    this.policy = policy;
    this.picker = picker;
    this.prospects = prospects;
    this.crowd = crowd;
    this.actions = actions;
  }

  // ---- what it does

  void arrived(int range, ChunkRun run, long nowNanos) {
    failures = 0;
    if (range == rangeId && phase == Phase.OPEN) {
      head = Math.max(head, run.end());
      arrivedNanos = nowNanos;
      heardNanos = nowNanos;
      chunksOfRange += run.count();
      chunkNanos = (nowNanos - openedNanos) / chunksOfRange;
      crowd.noteChunk(chunkNanos, false);
    }
  }

  /** Bytes came at that moment; returns whether they are of the range that is open. */
  boolean heard(int range, long atNanos) {
    boolean current = range == rangeId && phase == Phase.OPEN;
    if (current) {
      heardNanos = heardNanos == Long.MAX_VALUE ? atNanos : Math.max(heardNanos, atNanos);
    }
    return current;
  }

  void ended(int range, long nowNanos) {
    if (range != rangeId || phase != Phase.OPEN) {
      return;
    }
    if (head < until) {
      failed(range, "ended at chunk %d (expected: %d)".formatted(head, until), nowNanos);
      return;
    }
    phase = Phase.IDLE;
  }

  void failed(int range, String reason, long nowNanos) {
    if (range != rangeId || phase != Phase.OPEN) {
      return;
    }
    lastFailure = reason;
    failures++;
    phase = failures < SwarmLimits.MAX_ORIGIN_FAILURES ? Phase.IDLE : Phase.GIVEN_UP;
    retryAtNanos = nowNanos + (SwarmLimits.ORIGIN_RETRY_NANOS << (failures - 1));
  }

  /** Peers have brought something. */
  void othersBrought(int chunks) {
    patience.brought(chunks);
  }

  // ---- what we decide

  /**
   * Opens or cancels.
   *
   * @param start the first missing chunk in the reader's order
   * @param blockedSinceNanos since when the reader waits for it; the largest value where it does
   *     not
   */
  void decide(int start, long blockedSinceNanos, long nowNanos) {
    if (phase == Phase.OPEN) {
      if (chunksOfRange == 0) {
        crowd.noteChunk(nowNanos - openedNanos, true);
      }
      leaveWhatOthersBring(nowNanos);
      if (!crowd.isGathered()) {
        goWhereTheReaderWaits(start, blockedSinceNanos, nowNanos);
      } else if (isOthers(blockedSinceNanos, nowNanos)
          || holdsUp(start, blockedSinceNanos, nowNanos)) {
        cancel();
      }
    }
    if (phase != Phase.IDLE || nowNanos < retryAtNanos) {
      return;
    }
    int from =
        policy == FetchPolicy.LATENCY
            ? latencyStart(start, blockedSinceNanos, nowNanos)
            : offloadStart(start, blockedSinceNanos, nowNanos);
    if (from < picker.chunkCount()) {
      open(from, nowNanos);
    }
  }

  private void open(int from, long nowNanos) {
    phase = Phase.OPEN;
    rangeId++;
    head = from;
    hasty = hasty && crowd.isGathered();
    until = rangeEnd(from, nowNanos);
    if (hasty) {
      patience.over(until - from);
    }
    openedNanos = nowNanos;
    arrivedNanos = nowNanos;
    heardNanos = Long.MAX_VALUE;
    chunksOfRange = 0;
    gapSinceNanos = Long.MAX_VALUE;
    actions.add(new SwarmAction.OpenOrigin(rangeId, from, until));
  }

  private void leaveWhatOthersBring(long nowNanos) {
    if (isOver(heardNanos, SwarmLimits.ORIGIN_SILENCE_NANOS, nowNanos)) {
      actions.add(new SwarmAction.CancelOrigin(rangeId));
      failed(rangeId, "gave nothing for 10 s", nowNanos);
      return;
    }
    if (head >= until) {
      return;
    }
    int next = nextNeeded(head, head + SwarmLimits.ORIGIN_SKIP_CHUNKS + 1, nowNanos);
    if (next >= until || next - head > SwarmLimits.ORIGIN_SKIP_CHUNKS) {
      outrun = chunksOfRange < WORTHWHILE_CHUNKS;
      cancel();
    }
  }

  /** A range further ahead is of no use to a reader that waits too long for what is before it. */
  private void goWhereTheReaderWaits(int start, long blockedSinceNanos, long nowNanos) {
    if (head > start && isImpatient(blockedSinceNanos, nowNanos)) {
      cancel();
    }
  }

  private long patienceNanos() {
    return switch (policy) {
      case OFFLOAD -> crowd.isGathered() ? patience.nanos() : SwarmLimits.READER_PATIENCE_NANOS;
      case LATENCY -> SwarmLimits.READER_HASTE_NANOS;
    };
  }

  /** Stops reading, if it is being read. */
  void cancel() {
    if (phase == Phase.OPEN) {
      actions.add(new SwarmAction.CancelOrigin(rangeId));
      phase = Phase.IDLE;
    }
  }

  /** Whether a long range from before the others came has reached what one of them reads. */
  private boolean isOthers(long blockedSinceNanos, long nowNanos) {
    return head < until
        && !hasty
        && crowd.isLongerThanABlock(head, until)
        && !crowd.owns(head)
        && !isImpatient(blockedSinceNanos, nowNanos);
  }

  /**
   * Whether a range that has given nothing yet keeps us from where the reader has waited enough.
   */
  private boolean holdsUp(int start, long blockedSinceNanos, long nowNanos) {
    return heardNanos == Long.MAX_VALUE
        && (start < head || start >= until)
        && isImpatient(blockedSinceNanos, nowNanos);
  }

  private boolean isImpatient(long blockedSinceNanos, long nowNanos) {
    return isOver(blockedSinceNanos, patienceNanos(), nowNanos);
  }

  /** What is ours to read; before the first, whoever was asked has a moment to answer. */
  private int crowdStart(int start, long blockedSinceNanos, long nowNanos) {
    hasty = isImpatient(blockedSinceNanos, nowNanos);
    if (hasty) {
      return start;
    }
    boolean mayBeMore =
        crowd.isSettling(nowNanos)
            || (rangeId == 0 && crowd.isYoung(nowNanos) && prospects.anyOpening(nowNanos));
    return mayBeMore ? picker.chunkCount() : crowd.next(start, nowNanos);
  }

  private int offloadStart(int start, long blockedSinceNanos, long nowNanos) {
    if (crowd.isGathered()) {
      return crowdStart(start, blockedSinceNanos, nowNanos);
    }
    if (!prospects.anyCountedOn(nowNanos)) {
      return start;
    }
    int gap = gap(start, nowNanos);
    if (gap >= picker.chunkCount()) {
      gapSinceNanos = Long.MAX_VALUE;
    } else if (gapSinceNanos == Long.MAX_VALUE) {
      gapSinceNanos = nowNanos;
    }
    if (isOver(gapSinceNanos, SwarmLimits.GAP_PATIENCE_NANOS, nowNanos)) {
      return gap;
    }
    return isImpatient(blockedSinceNanos, nowNanos) ? start : picker.chunkCount();
  }

  /** The first chunk that the reader needs soon and that nobody who is counted on may give. */
  private int gap(int start, long nowNanos) {
    if (prospects.anyMayGiveAll(nowNanos)) {
      return picker.chunkCount();
    }
    int end = (int) Math.min(picker.chunkCount(), (long) start + SwarmLimits.URGENT_CHUNKS);
    for (int chunk = picker.nextMissing(start); chunk < end; ) {
      if (!prospects.mayGive(chunk, nowNanos)) {
        return chunk;
      }
      chunk = picker.nextMissing(ChunkPicker.frameEnd(chunk));
    }
    return picker.chunkCount();
  }

  private int latencyStart(int start, long blockedSinceNanos, long nowNanos) {
    if (rangeId == 0 || !prospects.anyCountedOn(nowNanos)) {
      return start;
    }
    if (isImpatient(blockedSinceNanos, nowNanos)) {
      return start;
    }
    int free = picker.nextFree(start);
    boolean worthwhile = !outrun && picker.freeCount() > WORTHWHILE_CHUNKS;
    return worthwhile ? free : picker.chunkCount();
  }

  /**
   * Where a range that starts here should end: before a run worth skipping, or with the content.
   */
  private int rangeEnd(int from, long nowNanos) {
    if (policy == FetchPolicy.LATENCY) {
      return picker.chunkCount();
    }
    if (crowd.isGathered()) {
      return hasty ? crowd.endInHaste(from, patience.blocks()) : crowd.end(from);
    }
    int chunk = from;
    while (chunk < picker.chunkCount()) {
      int served = nextServed(chunk + 1, nowNanos);
      int needed = nextNeeded(served, served + SwarmLimits.ORIGIN_SKIP_CHUNKS, nowNanos);
      if (needed - served >= SwarmLimits.ORIGIN_SKIP_CHUNKS || needed >= picker.chunkCount()) {
        return served;
      }
      chunk = needed;
    }
    return picker.chunkCount();
  }

  /** The first chunk at or after an index that is here or comes in time. */
  private int nextServed(int from, long nowNanos) {
    int end = picker.nextHere(from);
    int looks = SwarmLimits.URGENT_CHUNKS;
    for (int chunk = from; chunk < end && looks-- > 0; chunk++) {
      if (prospects.bringsInTime(chunk, nowNanos)) {
        return chunk;
      }
    }
    return end;
  }

  /** The first chunk at or after an index that the origin has to bring, or the limit. */
  private int nextNeeded(int from, int limit, long nowNanos) {
    int end = Math.min(limit, picker.chunkCount());
    for (int chunk = from; chunk < end; chunk++) {
      boolean served =
          picker.isHere(chunk)
              || (policy == FetchPolicy.OFFLOAD && prospects.bringsInTime(chunk, nowNanos));
      if (!served) {
        return chunk;
      }
    }
    return end;
  }

  // ---- what there is

  /** The chunks that peers should leave to the origin. */
  ChunkRun reserved(double peerBytesPerSecond, long nowNanos) {
    if (phase != Phase.OPEN || chunksOfRange == 0 || nowNanos >= stalledAtNanos()) {
      return NOTHING;
    }
    double bytesPerSecond = bytesPerSecond(nowNanos);
    double lead =
        switch (policy) {
          case OFFLOAD -> bytesPerSecond / 2 / CHUNK_BYTES;
          case LATENCY ->
              peerBytesPerSecond <= 0
                  ? FIRST_LATENCY_LEAD_CHUNKS
                  : (until - head) * bytesPerSecond / (bytesPerSecond + peerBytesPerSecond);
        };
    int chunks = Math.max(SwarmLimits.ORIGIN_LEAD_CHUNKS, (int) Math.min(lead, until));
    return new ChunkRun(head, Math.min(until - head, chunks));
  }

  /**
   * When an open range has given nothing for so long that nothing is left to it any more: four
   * times what one of our chunks took so far; where none has come yet it is not known.
   */
  private long stalledAtNanos() {
    return chunkNanos == 0
        ? Long.MAX_VALUE
        : arrivedNanos
            + Math.max(SwarmLimits.MIN_STALL_NANOS, SwarmLimits.SILENCE_FACTOR * chunkNanos);
  }

  private double bytesPerSecond(long nowNanos) {
    return (double) chunksOfRange * CHUNK_BYTES * 1e9 / Math.max(1_000_000, nowNanos - openedNanos);
  }

  /** Whether the origin is there and was not given up. */
  boolean isLeft() {
    return phase == Phase.IDLE || phase == Phase.OPEN;
  }

  boolean isOpen() {
    return phase == Phase.OPEN;
  }

  /** Why the origin gave nothing more. */
  String reason() {
    return switch (phase) {
      case ABSENT -> "the origin cannot be asked";
      case IDLE, OPEN -> "the origin is being asked";
      case GIVEN_UP -> "the origin failed %d times: %s".formatted(failures, lastFailure);
    };
  }

  /** When time alone changes something. */
  long wakeNanos(long blockedSinceNanos, long nowNanos) {
    return Math.min(crowd.wakeNanos(nowNanos), wakeOfPhase(blockedSinceNanos, nowNanos));
  }

  private long wakeOfPhase(long blockedSinceNanos, long nowNanos) {
    long readerNanos = after(blockedSinceNanos, patienceNanos());
    return switch (phase) {
      case ABSENT, GIVEN_UP -> Long.MAX_VALUE;
      case OPEN -> {
        long stalledNanos = stalledAtNanos();
        long endNanos = after(heardNanos, SwarmLimits.ORIGIN_SILENCE_NANOS);
        long silentNanos = nowNanos < stalledNanos ? Math.min(stalledNanos, endNanos) : endNanos;
        yield readerNanos > nowNanos ? Math.min(readerNanos, silentNanos) : silentNanos;
      }
      case IDLE ->
          retryAtNanos > nowNanos
              ? retryAtNanos
              : Math.min(readerNanos, after(gapSinceNanos, SwarmLimits.GAP_PATIENCE_NANOS));
    };
  }

  private static boolean isOver(long sinceNanos, long patienceNanos, long nowNanos) {
    return sinceNanos != Long.MAX_VALUE && nowNanos >= sinceNanos + patienceNanos;
  }

  private static long after(long sinceNanos, long patienceNanos) {
    return sinceNanos == Long.MAX_VALUE ? Long.MAX_VALUE : sinceNanos + patienceNanos;
  }
}
