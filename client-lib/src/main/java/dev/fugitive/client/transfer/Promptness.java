package dev.fugitive.client.transfer;

/**
 * How promptly those answer who were asked whether they fetch a content too. Once somebody has
 * answered, the others are waited for three times as long as the slowest took; before that rather
 * long, since where nobody at all answers it is more likely that we are slow ourselves.
 */
final class Promptness {
  private static final int FACTOR = 3;

  private long slowestNanos = -1;

  /** Somebody has answered. */
  void answered(long nanos) {
    slowestNanos = Math.max(slowestNanos, nanos);
  }

  /** How long an answer is waited for. */
  long patienceNanos() {
    return slowestNanos < 0
        ? SwarmLimits.MAX_FELLOW_PATIENCE_NANOS
        : Math.clamp(
            FACTOR * slowestNanos,
            SwarmLimits.FELLOW_PATIENCE_NANOS,
            SwarmLimits.MAX_FELLOW_PATIENCE_NANOS);
  }
}
