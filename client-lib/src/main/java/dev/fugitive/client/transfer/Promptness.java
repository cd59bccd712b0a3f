package dev.fugitive.client.transfer;

import dev.fugitive.client.mesh.UsualTime;

/** How promptly the peers of one swarm answer, and when anybody said anything last. */
final class Promptness {
  private static final int FACTOR = 3;

  private final UsualTime probes = new UsualTime();
  private long slowestNanos = -1;
  private long heardNanos = Long.MIN_VALUE;

  /** Somebody has answered who was asked whether it fetches the content too. */
  void answered(long nanos) {
    slowestNanos = Math.max(slowestNanos, nanos);
  }

  /**
   * How long such an answer is waited for: once somebody has answered, three times as long as the
   * slowest took; before that rather long, since where nobody at all answers it is more likely that
   * we are slow ourselves.
   */
  long patienceNanos() {
    return slowestNanos < 0
        ? SwarmLimits.MAX_FELLOW_PATIENCE_NANOS
        : Math.clamp(
            FACTOR * slowestNanos,
            SwarmLimits.FELLOW_PATIENCE_NANOS,
            SwarmLimits.MAX_FELLOW_PATIENCE_NANOS);
  }

  /** Somebody has said something that was asked whether it is there. */
  void answeredProbe(long nanos) {
    probes.add(nanos);
  }

  /** How long that is waited for. */
  long probePatienceNanos() {
    return probes.isKnown()
        ? Math.clamp(
            probes.patienceNanos(),
            SwarmLimits.MIN_PROBE_PATIENCE_NANOS,
            SwarmLimits.MAX_PROBE_PATIENCE_NANOS)
        : SwarmLimits.PROBE_PATIENCE_NANOS;
  }

  /** Something came, of a peer or of the origin. */
  void heard(long nowNanos) {
    heardNanos = nowNanos;
  }

  boolean hasHeardSince(long nanos) {
    return heardNanos > nanos;
  }
}
