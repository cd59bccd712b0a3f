package dev.fugitive.bench.cdn;

import dev.fugitive.bench.lab.CpuMeter;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits until the machine does little else, so that a run is not begun in the middle of somebody's
 * build.
 *
 * @param mostShare of all cores that may be busy
 * @param patience after which it is no longer waited for
 */
record Calm(double mostShare, Duration patience) {
  private static final long LOOK_NANOS = 250_000_000;
  private static final int LOOKS = 4;

  /** Returns when it is calm for a second, or when that took too long. */
  void await() throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    int calm = 0;
    while (calm < LOOKS && System.nanoTime() < deadline) {
      CpuMeter before = CpuMeter.now();
      LockSupport.parkNanos(LOOK_NANOS);
      calm = CpuMeter.now().shareSince(before) <= mostShare ? calm + 1 : 0;
    }
  }
}
