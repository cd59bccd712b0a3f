package dev.fugitive.client.routing;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Whether a peer owes an answer and has said nothing since. Safe for use by several threads. */
final class Silence {
  /** How long one who left a question without an answer is not asked, unless it says something. */
  private static final long LASTS_NANOS = TimeUnit.SECONDS.toNanos(10);

  private volatile OptionalLong sinceNanos = OptionalLong.empty();

  void begin(long nowNanos) {
    sinceNanos = OptionalLong.of(nowNanos);
  }

  void end() {
    sinceNanos = OptionalLong.empty();
  }

  boolean lasts(long nowNanos) {
    OptionalLong since = sinceNanos;
    return since.isPresent() && nowNanos - since.getAsLong() < LASTS_NANOS;
  }
}
