package dev.fugitive.client.transfer;

/**
 * Whether a fellow is there at all, whatever it gives: one that said nothing for a while is asked,
 * and who does not answer that is absent until something comes of it.
 *
 * <p>A fellow of many may take seconds for a chunk, so that it is long unknown whether it is slow
 * or gone. An answer costs it nothing, and so takes no longer than what is in the queues between;
 * how long that is, the answers of all say ({@link Promptness}). Where nobody at all has said
 * anything since one was asked, it is rather we who are cut off, and nobody is missed.
 */
final class Presence {
  private static final long NEVER = Long.MIN_VALUE;

  private final Promptness promptness;
  private long probedNanos = NEVER;
  private long dueNanos;
  private boolean absent;

  /** What is to be done about a fellow. */
  enum Verdict {
    NOTHING,
    PROBE,
    MISS
  }

  Presence(Promptness promptness, long nowNanos) {
    this.promptness = promptness;
    this.dueNanos = nowNanos + SwarmLimits.QUIET_NANOS;
  }

  /** Something came of it. Returns whether it was absent. */
  boolean word(long nowNanos) {
    promptness.heard(nowNanos);
    if (probedNanos != NEVER) {
      promptness.answeredProbe(nowNanos - probedNanos);
    }
    boolean returns = absent;
    probedNanos = NEVER;
    dueNanos = nowNanos + SwarmLimits.QUIET_NANOS;
    absent = false;
    return returns;
  }

  boolean isAbsent() {
    return absent;
  }

  /** Looks at it; what is said once is not said again before something has come. */
  Verdict look(long nowNanos) {
    if (nowNanos < dueNanos()) {
      return Verdict.NOTHING;
    }
    if (probedNanos == NEVER) {
      probedNanos = nowNanos;
      dueNanos = nowNanos + promptness.probePatienceNanos();
      return Verdict.PROBE;
    }
    if (!promptness.hasHeardSince(probedNanos)) {
      dueNanos = nowNanos + SwarmLimits.QUIET_NANOS;
      return Verdict.NOTHING;
    }
    absent = true;
    return Verdict.MISS;
  }

  /** When time alone changes something. */
  long dueNanos() {
    return absent ? Long.MAX_VALUE : dueNanos;
  }
}
