package dev.fugitive.proxy.control;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The state of a running node at one moment.
 *
 * @param publicKey the node's key, as {@code --trust} takes it
 * @param addresses what listens where, by name: {@code proxy}, {@code rendezvous}
 * @param sharing whether peers may fetch from this node
 * @param whyNoPeers why peers are off, if they are
 * @param bytesBySource body bytes given to clients, by provenance
 * @param counters everything that is counted, by name
 */
public record StatusReport(
    String version,
    String publicKey,
    Map<String, String> addresses,
    boolean sharing,
    Optional<String> whyNoPeers,
    List<Peer> peers,
    List<Ban> bans,
    Cache cache,
    Map<String, Long> bytesBySource,
    Map<String, Long> counters) {

  /** A link to a peer, and how far it is: connecting, open or replaced. */
  public record Peer(String key, String state, long receivedBytes, long sentBytes) {}

  /**
   * A peer that is kept away.
   *
   * @param reason what it did
   */
  public record Ban(String key, String reason, Instant until) {}

  /** What the cache holds. */
  public record Cache(
      String directory,
      long contents,
      long diskBytes,
      long diskLimitBytes,
      long memoryBytes,
      long memoryLimitBytes) {}

  public StatusReport {
    addresses = Map.copyOf(addresses);
    peers = List.copyOf(peers);
    bans = List.copyOf(bans);
    bytesBySource = Map.copyOf(bytesBySource);
    counters = Map.copyOf(counters);
  }
}
