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
 * @param meeting how it stands with the places where peers find each other; empty without peers
 * @param sharing whether peers may fetch from this node
 * @param whyNoPeers why peers are off, if they are
 * @param decryption what of CONNECT is decrypted, if the user named hosts
 * @param bytesBySource body bytes given to clients, by provenance
 * @param counters everything that is counted, by name
 * @param evidence what of the bytes could have been proven, and whose word counts
 */
public record StatusReport(
    String version,
    String publicKey,
    Map<String, String> addresses,
    Optional<Meeting> meeting,
    boolean sharing,
    Optional<String> whyNoPeers,
    List<Peer> peers,
    List<Ban> bans,
    Cache cache,
    Optional<Decryption> decryption,
    Map<String, Long> bytesBySource,
    Map<String, Long> counters,
    Evidence evidence) {

  /**
   * What of the bytes that came from outside could have been proven, and whose word counts.
   *
   * @param bytesByKind body bytes that had evidence, by its kind
   * @param bytesWithout body bytes that had none, by the reason
   * @param documents documents that are remembered
   * @param documentNames URLs that they name
   * @param trusted the keys whose vouchers count, beside the node's own
   * @param contradictions the latest, the last first
   */
  public record Evidence(
      Map<String, Long> bytesByKind,
      Map<String, Long> bytesWithout,
      long documents,
      long documentNames,
      List<Trusted> trusted,
      List<Contradiction> contradictions) {
    /** Nothing is known. */
    public static final Evidence NONE =
        new Evidence(Map.of(), Map.of(), 0, 0, List.of(), List.of());

    public Evidence {
      bytesByKind = Map.copyOf(bytesByKind);
      bytesWithout = Map.copyOf(bytesWithout);
      trusted = List.copyOf(trusted);
      contradictions = List.copyOf(contradictions);
    }

    /** All bytes that had evidence. */
    public long bytesWith() {
      return bytesByKind.values().stream().mapToLong(Long::longValue).sum();
    }

    /** All bytes that came from outside. */
    public long bytes() {
      return bytesWith() + bytesWithout.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * A key whose vouchers count.
   *
   * @param name what the user calls it, or its first characters
   * @param vouchers how many of its vouchers were followed since the start
   */
  public record Trusted(String key, String name, Instant since, long vouchers) {}

  /**
   * What is trusted said two things about one URL, so that the origin was asked.
   *
   * @param by who said them: names of keys, and {@code documents}
   */
  public record Contradiction(Instant at, String url, List<String> by) {
    public Contradiction {
      by = List.copyOf(by);
    }
  }

  /**
   * How a node stands with the places where peers find each other.
   *
   * @param state joined, connecting, waiting, off or closed
   * @param detail which places, or what is in the way
   */
  public record Meeting(String state, String detail) {}

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
