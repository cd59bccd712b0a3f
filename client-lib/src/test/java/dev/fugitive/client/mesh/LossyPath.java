package dev.fugitive.client.mesh;

import dev.fugitive.client.mesh.StrandPlan.Look;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A path of a rate, a round trip and a loss, with the associations across it in steps of a round
 * trip: each doubles its window until it first loses a packet, then adds one packet a step, and
 * halves it for each step in which it loses one. The receiver asks for what the path was seen to
 * hold and two frames an association.
 */
final class LossyPath {
  private static final int PACKET_BYTES = 1160;
  private static final double FIRST_WINDOW = 10;
  private static final double QUEUE_SECONDS = 0.1;
  private static final int LOOKS_PER_STEP = 4;

  private static final class Association {
    double window = FIRST_WINDOW;
    boolean avoids;
  }

  private final StrandPlan plan = new StrandPlan(Strands.MAX_CARRIERS);
  private final double packetsPerSecond;
  private final double roundTripSeconds;
  private final double loss;
  private final Random random;
  private final List<Association> associations = new ArrayList<>(List.of(new Association()));
  private long nowNanos;
  private double sentPackets;
  private double bestRate;
  private int opened;
  private double countedFromPackets;
  private long countedFromNanos;

  LossyPath(int megabits, int roundTripMillis, double loss, long seed) {
    this.packetsPerSecond = megabits * 1e6 / 8 / PACKET_BYTES;
    this.roundTripSeconds = roundTripMillis / 1e3;
    this.loss = loss;
    this.random = new Random(seed);
  }

  /** What one association gives: 1.2 packets over the round trip and the loss's root. */
  static double mathisMegabits(int roundTripMillis, double loss) {
    return 1.2 * PACKET_BYTES * 8 / (roundTripMillis / 1e3 * Math.sqrt(loss)) / 1e6;
  }

  int carriers() {
    return associations.size();
  }

  int opened() {
    return opened;
  }

  void startCounting() {
    countedFromPackets = sentPackets;
    countedFromNanos = nowNanos;
  }

  double countedMegabits() {
    double seconds = (nowNanos - countedFromNanos) / 1e9;
    return (sentPackets - countedFromPackets) * PACKET_BYTES * 8 / seconds / 1e6;
  }

  void run(double seconds) {
    long end = nowNanos + (long) (seconds * 1e9);
    while (nowNanos < end) {
      step();
    }
  }

  private void step() {
    double asked = bestRate * (roundTripSeconds + 0.015) + 128 * 1024.0 / PACKET_BYTES * carriers();
    double share = asked / carriers();
    double offered = 0;
    int holding = 0;
    for (Association each : associations) {
      offered += Math.min(each.window, share);
      holding += each.window < share ? 1 : 0;
    }
    double held = packetsPerSecond * roundTripSeconds;
    double delivered = Math.min(offered, held);
    boolean overflows = offered > held + packetsPerSecond * QUEUE_SECONDS;
    bestRate = Math.max(0.9 * bestRate, delivered / roundTripSeconds);
    associations.forEach(each -> adjust(each, Math.min(each.window, share), overflows));
    for (int i = 0; i < LOOKS_PER_STEP; i++) {
      nowNanos += (long) (roundTripSeconds * 1e9 / LOOKS_PER_STEP);
      sentPackets += delivered / LOOKS_PER_STEP;
      look(holding);
    }
  }

  private void adjust(Association each, double sent, boolean overflows) {
    boolean loses = overflows || random.nextDouble() > Math.pow(1 - loss, sent);
    if (loses) {
      each.avoids = true;
      each.window = Math.max(2, each.window / 2);
    } else if (sent >= each.window) {
      each.window += each.avoids ? 1 : each.window;
    }
  }

  private void look(int holding) {
    int change =
        plan.on(
            new Look(
                (long) (sentPackets * PACKET_BYTES),
                0,
                holding,
                carriers(),
                (long) (roundTripSeconds * 1e9),
                nowNanos));
    opened += Math.max(0, change);
    for (int i = 0; i < change; i++) {
      associations.add(new Association());
    }
    for (int i = 0; i < -change; i++) {
      associations.removeLast();
    }
  }
}
