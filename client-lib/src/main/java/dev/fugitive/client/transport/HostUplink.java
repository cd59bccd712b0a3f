package dev.fugitive.client.transport;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What a host sends through: one frame at a time, its links in turn. The network's lock guards its
 * state.
 */
final class HostUplink {
  private final MemoryNetwork network;
  private final long bitsPerSecond;

  /** Links that may have something to send; each at most once. */
  private final ArrayDeque<MemoryLink> turns = new ArrayDeque<>();

  /** The link whose frame is passing. */
  private @Nullable MemoryLink served;

  HostUplink(MemoryNetwork network, HostRates rates) {
    this.network = network;
    this.bitsPerSecond = rates.uplinkBitsPerSecond();
  }

  /** A link has something to send. */
  void wake(MemoryLink link) {
    if (link != served && !turns.contains(link)) {
      turns.addLast(link);
    }
    serveNext();
  }

  private void serveNext() {
    while (served == null && !turns.isEmpty()) {
      MemoryLink link = turns.removeFirst();
      MemoryFrame frame = link.takeFrame();
      if (frame != null) {
        served = link;
        network.after(
            HostRates.nanosFor(frame.lengthBytes(), bitsPerSecond), () -> passed(link, frame));
      }
    }
  }

  private void passed(MemoryLink link, MemoryFrame frame) {
    served = null;
    link.left(frame);
    wake(link);
  }
}
