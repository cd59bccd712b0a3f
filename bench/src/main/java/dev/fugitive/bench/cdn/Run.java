package dev.fugitive.bench.cdn;

import java.util.List;
import java.util.Map;

/**
 * The record of one run.
 *
 * @param scenario its title
 * @param side which way
 * @param number from 1
 * @param seconds that it took
 * @param egressBytes that the origin's link carried meanwhile
 * @param droppedPackets on all links
 * @param cpuShare of all cores
 */
record Run(
    String scenario,
    Side side,
    int number,
    double seconds,
    long egressBytes,
    long droppedPackets,
    double cpuShare,
    List<Sample> samples,
    Map<String, Double> figures) {
  /** Above this the machine is part of what was measured. */
  static final double MAX_CPU_SHARE = 0.8;

  /** Whether it counts. */
  boolean isValid() {
    return cpuShare <= MAX_CPU_SHARE;
  }

  /** Whether every fetch brought the origin's bytes. */
  boolean isRight() {
    return samples.stream().allMatch(Sample::right);
  }

  /** Of what readers got, the part that peers gave. */
  double peerShare() {
    long peers = samples.stream().mapToLong(Sample::peerBytes).sum();
    long all = samples.stream().mapToLong(Sample::bytes).sum();
    return all == 0 ? 0 : peers / (double) all;
  }
}
