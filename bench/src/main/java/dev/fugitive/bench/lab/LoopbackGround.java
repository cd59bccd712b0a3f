package dev.fugitive.bench.lab;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * This machine's loopback, for those who are not root. Servers are reached through a {@link
 * ShapedRelay} with their host's rates and delay; programs among each other are not shaped, but for
 * what they limit themselves.
 */
public final class LoopbackGround implements Ground {
  private static final String ADDRESS = "127.0.0.1";

  /** A host may have several servers; each has the host's whole rate. */
  private final Map<String, List<ShapedRelay>> relays = new ConcurrentHashMap<>();

  @Override
  public boolean shapesEverything() {
    return false;
  }

  @Override
  public String caveat() {
    return "Without root: all processes share this machine's loopback. The origin is behind a relay"
        + " with its rate and delay, which also counts its egress (bytes of TCP streams, without"
        + " headers or retransmissions); nodes keep to their uplink by their own upload limit."
        + " There is no delay, no loss and no limit of downlinks between nodes: the figures"
        + " compare the two ways on this machine, and are no forecast for a network.";
  }

  @Override
  public List<String> on(Host host) {
    return List.of();
  }

  @Override
  public String address(Host host) {
    return ADDRESS;
  }

  @Override
  public int publish(Host host, int port) throws IOException {
    ShapedRelay relay = ShapedRelay.start(ADDRESS, port, host.shape());
    relays.computeIfAbsent(host.name(), absent -> new CopyOnWriteArrayList<>()).add(relay);
    return relay.port();
  }

  @Override
  public void reshape(Host host, Shape shape) {
    relays.getOrDefault(host.name(), List.of()).forEach(relay -> relay.reshape(shape));
  }

  @Override
  public Map<String, Counters> counters() {
    Map<String, Counters> counters = new ConcurrentHashMap<>();
    relays.forEach((name, all) ->
        counters.put(
            name, all.stream().map(ShapedRelay::counters).reduce(Counters.NONE, Counters::plus)));
    return counters;
  }

  @Override
  public void close() throws IOException {
    for (List<ShapedRelay> all : relays.values()) {
      for (ShapedRelay relay : all) {
        relay.close();
      }
    }
  }
}
