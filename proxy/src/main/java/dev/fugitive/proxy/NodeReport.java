package dev.fugitive.proxy;

import dev.fugitive.cache.store.Provenance;
import dev.fugitive.cache.store.StoreStatus;
import dev.fugitive.client.fetch.FetchSummary;
import dev.fugitive.client.fetch.FetchTotals;
import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.client.fetch.NodeStatus;
import dev.fugitive.client.fetch.PeerStatus;
import dev.fugitive.client.mesh.MeshStatus;
import dev.fugitive.client.signalling.RendezvousStatus;
import dev.fugitive.client.trust.HostPattern;
import dev.fugitive.client.trust.Why;
import dev.fugitive.proxy.config.Settings;
import dev.fugitive.proxy.control.StatusReport;
import dev.fugitive.proxy.decrypt.ClientsWithoutTrust;
import dev.fugitive.proxy.decrypt.Decryption;
import dev.fugitive.proxy.decrypt.TlsClient;
import dev.fugitive.proxy.http.FrontEnd;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Tells the state of a running proxy in the words of its status page. */
record NodeReport(
    Settings settings,
    FugitiveNode node,
    FrontEnd frontEnd,
    Optional<String> rendezvous,
    Optional<InetSocketAddress> mirrorAt,
    Optional<Decryption> decryption) {

  StatusReport now() {
    NodeStatus status = node.status();
    StoreStatus contents = status.contents();
    return new StatusReport(
        ProxyServer.VERSION,
        status.peerId().toString(),
        addresses(),
        meeting(status.peers()),
        status.sharing(),
        whyNoPeers(status.peers()),
        peers(status.peers()),
        bans(status.peers()),
        new StatusReport.Cache(
            settings.cacheDir().toString(),
            contents.contents(),
            contents.diskBytes() + status.representations().bytes(),
            settings.cacheSizeBytes(),
            contents.memoryBytes(),
            contents.memoryLimitBytes()),
        decryption.map(NodeReport::decryption),
        bytesBySource(status.fetches()),
        counters(status),
        EvidenceReport.of(status));
  }

  String readyLine() {
    String peers =
        switch (node.status().peers()) {
          case PeerStatus.On on -> settings.share().orElse(false) ? "sharing on" : "sharing off";
          case PeerStatus.Off(String reason) -> "peers off: " + reason;
        };
    return "fugitive ready: proxy "
        + proxyUrl()
        + ", rendezvous "
        + rendezvous.orElse("none")
        + ", key "
        + node.peerId().shortName()
        + ", "
        + peers;
  }

  private Map<String, String> addresses() {
    Map<String, String> addresses = new HashMap<>(Map.of("proxy", proxyUrl()));
    rendezvous.ifPresent(url -> addresses.put("rendezvous", url));
    mirrorAt.ifPresent(address -> addresses.put("mirror", url(address) + "/mirror/"));
    return addresses;
  }

  private static Optional<StatusReport.Meeting> meeting(PeerStatus peers) {
    return switch (peers) {
      case PeerStatus.Off off -> Optional.empty();
      case PeerStatus.On on -> {
        RendezvousStatus status = on.mesh().rendezvous();
        String state = status.state().name().toLowerCase(Locale.ROOT);
        yield Optional.of(new StatusReport.Meeting(state, status.detail()));
      }
    };
  }

  private String proxyUrl() {
    return url(frontEnd.address());
  }

  private static String url(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  private Optional<String> whyNoPeers(PeerStatus peers) {
    if (peers instanceof PeerStatus.Off(String reason)) {
      return Optional.of(reason);
    }
    return rendezvous.isPresent() || settings.lanScope().isPresent()
        ? Optional.empty()
        : Optional.of("no rendezvous is set");
  }

  private static List<StatusReport.Peer> peers(PeerStatus peers) {
    return switch (peers) {
      case PeerStatus.Off off -> List.of();
      case PeerStatus.On on -> on.mesh().peers().stream().map(NodeReport::peer).toList();
    };
  }

  private static StatusReport.Decryption decryption(Decryption decryption) {
    return new StatusReport.Decryption(
        decryption.hosts().named().stream().map(HostPattern::toString).toList(),
        decryption.hosts().excepted().stream().map(HostPattern::toString).toList(),
        decryption.authority().fingerprint(),
        decryption.authority().certificate().getNotAfter().toInstant(),
        decryption.clients().entries().stream().map(NodeReport::clientWithoutTrust).toList());
  }

  private static StatusReport.ClientWithoutTrust clientWithoutTrust(
      ClientsWithoutTrust.Entry entry) {
    TlsClient client = entry.client();
    return new StatusReport.ClientWithoutTrust(
        client.address().getHostAddress(), client.host(), client.fingerprint().hex(), entry.how());
  }

  private static List<StatusReport.Ban> bans(PeerStatus peers) {
    return switch (peers) {
      case PeerStatus.Off off -> List.of();
      case PeerStatus.On on ->
          on.mesh().bans().stream()
              .map(ban -> new StatusReport.Ban(ban.id().toString(), ban.reason(), ban.until()))
              .toList();
    };
  }

  private static StatusReport.Peer peer(MeshStatus.Peer peer) {
    return new StatusReport.Peer(
        peer.id().toString(),
        peer.state().name().toLowerCase(Locale.ROOT),
        peer.bytesIn(),
        peer.bytesOut());
  }

  private static Map<String, Long> bytesBySource(FetchTotals fetches) {
    Map<String, Long> bytes = new HashMap<>();
    for (Provenance from : Provenance.values()) {
      bytes.put(from.token(), fetches.bytes(from));
    }
    return bytes;
  }

  private Map<String, Long> counters(NodeStatus status) {
    Map<String, Long> counters = new HashMap<>(frontEnd.counts().snapshot());
    decryption.ifPresent(
        chosen -> chosen.counts().forEach((why, count) -> counters.put("connect-" + why, count)));
    FetchTotals fetches = status.fetches();
    for (FetchSummary.End end : FetchSummary.End.values()) {
      counters.put("fetches-" + end.name().toLowerCase(Locale.ROOT), fetches.ended(end));
    }
    for (Why why : Why.values()) {
      counters.put("why-" + why.token(), fetches.because(why));
    }
    counters.put("resources", status.representations().resources());
    counters.put("damaged", status.contents().damagedContents());
    counters.put("evicted", status.contents().evictedContents());
    if (status.peers() instanceof PeerStatus.On on) {
      counters.put("peers-with-known-holdings", (long) on.routing().known());
      counters.put("uploaded-bytes", on.uploads().plainBytes());
      counters.put("relayed-bytes", on.uploads().relayedBytes());
      counters.put("filters-of-peers-peers", (long) on.routing().nearby());
      counters.put("uploads-active", (long) on.uploads().active().size());
      counters.put("banned", (long) on.mesh().bans().size());
    }
    return counters;
  }
}
