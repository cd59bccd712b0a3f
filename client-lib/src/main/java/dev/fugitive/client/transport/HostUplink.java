package dev.fugitive.client.transport;

import java.util.ArrayDeque;

/**
 * What a host sends through: one frame at a time, its links in turn. The network's lock guards its
 * state.
 */
final class HostUplink {
  private final MemoryNetwork network;
  private final long bitsPerSecond;

  /** Links that may have something to send; each at most once. */
  private final ArrayDeque<MemoryLink> turns = new ArrayDeque<>();

  private boolean busy;

  HostUplink(MemoryNetwork network, HostRates rates) {
    this.network = network;
    this.bitsPerSecond = rates.uplinkBitsPerSecond();
  }

  /** A link has something to send. */
  void wake(MemoryLink link) {
    if (!turns.contains(link)) {
      turns.addLast(link);
    }
    serveNext();
  }

  private void serveNext() {
    while (!busy && !turns.isEmpty()) {
      MemoryLink link = turns.removeFirst();
      MemoryFrame frame = link.takeFrame();
      if (frame != null) {
        busy = true;
        network.after(
            HostRates.nanosFor(frame.lengthBytes(), bitsPerSecond), () -> served(link, frame));
      }
    }
  }

  private void served(MemoryLink link, MemoryFrame frame) {
    busy = false;
    link.left(frame);
    wake(link);
  }
}
