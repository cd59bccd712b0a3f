package dev.fugitive.client.transport;

/**
 * What a host receives through: a drop-tail queue before a rate. The network's lock guards its
 * state.
 */
final class HostDownlink {
  private final MemoryNetwork network;
  private final HostRates rates;

  private long queuedBytes;

  private long freeAtNanos;

  HostDownlink(MemoryNetwork network, HostRates rates) {
    this.network = network;
    this.rates = rates;
  }

  /**
   * A frame arrives; {@code received} runs when it is through.
   *
   * @return false where the queue is full: the frame is dropped
   */
  boolean arrive(int lengthBytes, Runnable received) {
    if (queuedBytes > 0 && queuedBytes > rates.queueBytes() - lengthBytes) {
      return false;
    }
    long now = network.scheduler().nanoTime();
    long start = queuedBytes == 0 ? now : Math.max(now, freeAtNanos);
    freeAtNanos = start + HostRates.nanosFor(lengthBytes, rates.downlinkBitsPerSecond());
    queuedBytes += lengthBytes;
    network.after(
        freeAtNanos - now,
        () -> {
          queuedBytes -= lengthBytes;
          received.run();
        });
    return true;
  }
}
