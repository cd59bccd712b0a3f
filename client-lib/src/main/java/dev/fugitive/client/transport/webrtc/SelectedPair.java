package dev.fugitive.client.transport.webrtc;

import dev.onvoid.webrtc.RTCStats;
import dev.onvoid.webrtc.RTCStatsReport;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;

/** The address that a connection's packets go to, out of its statistics (webrtc-stats). */
final class SelectedPair {
  private SelectedPair() {}

  /** The address; empty where there is none yet, or a relay is between. */
  static Optional<InetAddress> remoteAddress(RTCStatsReport report) {
    Map<String, RTCStats> all = report.getStats();
    return all.values().stream()
        .flatMap(stats -> text(stats, "selectedCandidatePairId").stream())
        .map(all::get)
        .filter(pair -> pair != null && !isRelayed(all, pair, "localCandidateId"))
        .filter(pair -> !isRelayed(all, pair, "remoteCandidateId"))
        .flatMap(pair -> candidate(all, pair, "remoteCandidateId").stream())
        .flatMap(remote -> text(remote, "address").or(() -> text(remote, "ip")).stream())
        .flatMap(address -> literal(address).stream())
        .findFirst();
  }

  private static Optional<RTCStats> candidate(
      Map<String, RTCStats> all, RTCStats pair, String member) {
    return text(pair, member).map(all::get);
  }

  private static boolean isRelayed(Map<String, RTCStats> all, RTCStats pair, String member) {
    return candidate(all, pair, member)
        .flatMap(candidate -> text(candidate, "candidateType"))
        .filter(type -> !type.equals("relay"))
        .isEmpty();
  }

  private static Optional<String> text(RTCStats stats, String member) {
    Object value = stats.getAttributes().get(member);
    return value == null ? Optional.empty() : Optional.of(value.toString());
  }

  /** Names are not looked up. */
  private static Optional<InetAddress> literal(String address) {
    if (!address.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(address));
    } catch (UnknownHostException malformed) {
      return Optional.empty();
    }
  }
}
