package dev.fugitive.client.transfer;

/**
 * What is known of the path to a peer: how fast it delivers and how long its shortest round trip
 * is.
 *
 * @param bytesPerSecond delivery rate, 0 where none was measured
 * @param roundTripNanos shortest round trip, 0 where none was measured
 */
record PathEstimate(double bytesPerSecond, long roundTripNanos) {
  /** Nothing is known. */
  static final PathEstimate UNKNOWN = new PathEstimate(0, 0);

  /** Whether both figures were measured. */
  boolean isKnown() {
    return bytesPerSecond > 0 && roundTripNanos > 0;
  }
}
