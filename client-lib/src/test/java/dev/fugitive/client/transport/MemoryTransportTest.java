package dev.fugitive.client.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

/** Links in memory keep every promise, over a path with delay and loss, in real time. */
final class MemoryTransportTest extends TransportContract {
  private static final String THREAD_NAME = "memory-network-of-test";

  private final RealTime time = new RealTime(THREAD_NAME);
  private final MemoryNetwork network =
      new MemoryNetwork(time, new PathConditions(Duration.ofMillis(1), 0.01), 42);
  private final MemoryTransport one =
      network.join(new HostRates(800_000_000, 800_000_000, 1024 * 1024));
  private final MemoryTransport other = network.join(HostRates.UNLIMITED);

  @Override
  protected Transport one() {
    return one;
  }

  @Override
  protected Transport other() {
    return other;
  }

  @AfterEach
  void close() throws InterruptedException {
    one.close();
    other.close();
    time.close();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals(THREAD_NAME)) {
        thread.join(Duration.ofSeconds(10));
        assertThat(thread.isAlive()).isFalse();
      }
    }
  }
}
