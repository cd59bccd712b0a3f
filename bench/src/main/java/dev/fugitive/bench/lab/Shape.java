package dev.fugitive.bench.lab;

import java.util.Locale;

/**
 * What a host's link is like, each way a rate and a drop-tail queue.
 *
 * @param upMegabits a second, from the host
 * @param downMegabits a second, to the host
 * @param delayMillis the host's share of a one-way delay; a round trip between two hosts is twice
 *     the sum of theirs
 * @param lossPercent of the packets that it sends
 * @param queueMillis how long a packet may wait for its turn before it is dropped
 */
public record Shape(
    double upMegabits,
    double downMegabits,
    double delayMillis,
    double lossPercent,
    int queueMillis) {
  /** A link that holds nothing up: 1 Gbit/s, no delay of its own. */
  public static final Shape FAST = new Shape(1000, 1000, 0, 0, 100);

  /** A link without loss. */
  public static Shape of(double upMegabits, double downMegabits, double delayMillis, int queue) {
    return new Shape(upMegabits, downMegabits, delayMillis, 0, queue);
  }

  /** The same link, losing packets. */
  public Shape withLoss(double percent) {
    return new Shape(upMegabits, downMegabits, delayMillis, percent, queueMillis);
  }

  /** The same link at other rates. */
  public Shape withRates(double up, double down) {
    return new Shape(up, down, delayMillis, lossPercent, queueMillis);
  }

  /** How netlab's configuration says it. */
  String words() {
    return String.format(
        Locale.ROOT,
        "%s %s %s 0 %s %d",
        upMegabits,
        downMegabits,
        delayMillis,
        lossPercent,
        queueMillis);
  }
}
