package dev.fugitive.client.mesh;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** The two clocks of a mesh: one that never jumps, for durations; one that says the date. */
public record MeshClock(LongSupplier ticker, InstantSource wall) {
  /** The machine's clocks. */
  public static final MeshClock SYSTEM = new MeshClock(System::nanoTime, InstantSource.system());

  long nanos() {
    return ticker.getAsLong();
  }

  Instant now() {
    return wall.instant();
  }
}
