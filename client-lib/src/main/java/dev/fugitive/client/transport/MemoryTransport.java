package dev.fugitive.client.transport;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** One host of a {@link MemoryNetwork}, whose lock guards all its state. */
public final class MemoryTransport implements Transport {
  private final MemoryNetwork network;
  private final HostUplink uplink;
  private final HostDownlink downlink;

  private final Set<MemoryLink> links = new LinkedHashSet<>();

  private boolean closed;

  MemoryTransport(MemoryNetwork network, HostRates rates) {
    this.network = network;
    this.uplink = new HostUplink(network, rates);
    this.downlink = new HostDownlink(network, rates);
  }

  @Override
  public Link offer(LinkListener listener) {
    MemoryLink link = start(listener);
    network.after(0, link::sendOffer);
    return link;
  }

  @Override
  public Link answer(Signal.Description offer, LinkListener listener) {
    if (offer.kind() != Signal.Kind.OFFER) {
      throw new IllegalArgumentException("description: " + offer.kind() + " (expected: OFFER)");
    }
    MemoryLink link = start(listener);
    network.after(0, () -> link.sendAnswer(offer));
    return link;
  }

  /**
   * The host dies without a word: its listeners hear nothing more, and the other ends notice only
   * that nothing comes, until their links fail.
   */
  public void crash() {
    network.lock.lock();
    try {
      closed = true;
      List.copyOf(links).forEach(MemoryLink::crash);
    } finally {
      network.lock.unlock();
    }
  }

  @Override
  public void close() {
    network.lock.lock();
    try {
      closed = true;
      List.copyOf(links).forEach(link -> link.closeLocally("transport closed"));
    } finally {
      network.lock.unlock();
    }
  }

  HostUplink uplink() {
    return uplink;
  }

  HostDownlink downlink() {
    return downlink;
  }

  void remove(MemoryLink link) {
    links.remove(link);
  }

  private MemoryLink start(LinkListener listener) {
    network.lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("transport is closed");
      }
      MemoryLink link = new MemoryLink(network, this, listener);
      links.add(link);
      return link;
    } finally {
      network.lock.unlock();
    }
  }
}
