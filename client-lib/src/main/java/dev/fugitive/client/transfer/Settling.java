package dev.fugitive.client.transfer;

/**
 * When it may be taken for known who is in a crowd: nobody new was heard of for a moment, of a
 * length that the first answer teaches, and all fellows have told whom they know or had the time.
 */
final class Settling {
  private static final long NEVER = Long.MAX_VALUE;

  private final long beganNanos;
  private long gatheredNanos = NEVER;
  private long changedNanos;

  /**
   * @param nowNanos when the content began to be fetched
   */
  Settling(long nowNanos) {
    this.beganNanos = nowNanos;
  }

  /** There is a fellow; the first counts. */
  void gathered(long nowNanos) {
    gatheredNanos = Math.min(gatheredNanos, nowNanos);
  }

  /** Somebody new was heard of, or somebody is gone. */
  void changed(long nowNanos) {
    changedNanos = nowNanos;
  }

  /** Whether others may be waited for before anything is read; not before there is a fellow. */
  boolean isYoung(long nowNanos) {
    return gatheredNanos != NEVER && nowNanos < gatheredNanos + SwarmLimits.SETTLE_LIMIT_NANOS;
  }

  /**
   * When it is known who is there, if nothing more is heard; there is a fellow.
   *
   * @param allHaveTold whether each fellow has said whom it knows
   */
  long endNanos(boolean allHaveTold) {
    long limit = gatheredNanos + SwarmLimits.SETTLE_LIMIT_NANOS;
    long quiet =
        Math.clamp(
            2 * (gatheredNanos - beganNanos),
            SwarmLimits.MIN_SETTLE_NANOS,
            SwarmLimits.MAX_SETTLE_NANOS);
    long settled = changedNanos + quiet;
    if (!allHaveTold) {
      settled = Math.max(settled, gatheredNanos + SwarmLimits.FELLOW_PATIENCE_NANOS);
    }
    return Math.min(settled, limit);
  }
}
