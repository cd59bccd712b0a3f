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
 * @param decryption what of CONNECT is decrypted, if the user named hosts
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
    Optional<Decryption> decryption,
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

  /**
   * Which tunnels are opened.
   *
   * @param caFingerprint the SHA-256 of the CA's certificate
   */
  public record Decryption(
      List<String> hosts,
      List<String> excepted,
      String caFingerprint,
      Instant caExpires,
      List<ClientWithoutTrust> clientsWithoutTrust) {
    public Decryption {
      hosts = List.copyOf(hosts);
      excepted = List.copyOf(excepted);
      clientsWithoutTrust = List.copyOf(clientsWithoutTrust);
    }
  }

  /**
   * A client that does not take the CA's certificates, and is tunnelled.
   *
   * @param program the same for each connection of one program
   * @param how how it said so
   */
  public record ClientWithoutTrust(String address, String host, String program, String how) {}

  public StatusReport {
    addresses = Map.copyOf(addresses);
    peers = List.copyOf(peers);
    bans = List.copyOf(bans);
    bytesBySource = Map.copyOf(bytesBySource);
    counters = Map.copyOf(counters);
  }
}
