package dev.fugitive.client.transfer;

/**
 * Whether a fellow is there at all, whatever it gives: one that said nothing for a while is asked,
 * and who does not answer that is absent until something comes of it.
 *
 * <p>A fellow of many may take seconds for a chunk, so that it is long unknown whether it is slow
 * or gone. An answer to a question that costs it nothing takes no longer than what is in the queues
 * between.
 */
final class Presence {
  private long wordNanos;
  private long probedNanos = Long.MAX_VALUE;
  private boolean absent;

  /** What is to be done about a fellow. */
  enum Verdict {
    NOTHING,
    PROBE,
    MISS
  }

  Presence(long nowNanos) {
    wordNanos = nowNanos;
  }

  /** Something came of it. */
  void word(long nowNanos) {
    wordNanos = nowNanos;
    probedNanos = Long.MAX_VALUE;
    absent = false;
  }

  boolean isAbsent() {
    return absent;
  }

  /** Looks at it; what is said once is not said again before something has come. */
  Verdict look(long nowNanos) {
    if (absent || nowNanos < dueNanos()) {
      return Verdict.NOTHING;
    }
    if (probedNanos == Long.MAX_VALUE) {
      probedNanos = nowNanos;
      return Verdict.PROBE;
    }
    absent = true;
    return Verdict.MISS;
  }

  /** When time alone changes something. */
  long dueNanos() {
    if (absent) {
      return Long.MAX_VALUE;
    }
    return probedNanos == Long.MAX_VALUE
        ? wordNanos + SwarmLimits.QUIET_NANOS
        : probedNanos + SwarmLimits.PROBE_PATIENCE_NANOS;
  }
}
