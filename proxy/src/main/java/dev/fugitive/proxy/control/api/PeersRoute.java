package dev.fugitive.proxy.control.api;

import dev.fugitive.client.fetch.NodeStatus;
import dev.fugitive.client.fetch.PeerStatus;
import dev.fugitive.client.mesh.MeshStatus;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.routing.RouteStatus;
import dev.fugitive.proxy.control.ApiRequest;
import dev.fugitive.proxy.control.ApiRoute;
import dev.fugitive.proxy.control.live.LiveView;
import dev.fugitive.proxy.control.live.PeerRates;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * {@code GET peers}: those with a link to us, what they give and take, and how they keep their
 * word; those that are kept away.
 */
public record PeersRoute(Supplier<NodeStatus> node, LiveView live) implements ApiRoute {
  private static final double NANOS_PER_MILLI = 1e6;

  @Override
  public Endpoint endpoint() {
    return Endpoint.open("peers");
  }

  @Override
  public Object answer(ApiRequest request) {
    NodeStatus status = node.get();
    Set<PeerId> trusted =
        status.trust().keys().stream().map(entry -> entry.key().key()).collect(Collectors.toSet());
    return switch (status.peers()) {
      case PeerStatus.Off(String reason) ->
          Map.of("whyNone", reason, "peers", List.of(), "bans", List.of());
      case PeerStatus.On on ->
          Map.of(
              "targetConnections", on.mesh().targetConnections(),
              "peers", on.mesh().peers().stream().map(peer -> peer(peer, on, trusted)).toList(),
              "bans", on.mesh().bans().stream().map(PeersRoute::ban).toList());
    };
  }

  private static Map<String, Object> ban(MeshStatus.Ban ban) {
    return Map.of(
        "key", ban.id(),
        "shortName", ban.id().shortName(),
        "reason", ban.reason(),
        "until", ban.until());
  }

  private Map<String, Object> peer(MeshStatus.Peer peer, PeerStatus.On on, Set<PeerId> trusted) {
    PeerRates.Rate rate = live.rates().of(peer.id());
    Map<String, Object> members = new HashMap<>();
    members.put("key", peer.id());
    members.put("shortName", peer.id().shortName());
    members.put("tier", 1);
    members.put("state", peer.state().name().toLowerCase(Locale.ROOT));
    members.put("since", peer.since());
    members.put("trusted", trusted.contains(peer.id()));
    members.put("receivedBytes", peer.bytesIn());
    members.put("sentBytes", peer.bytesOut());
    members.put("receivedPerSecond", rate.receivedPerSecond());
    members.put("sentPerSecond", rate.sentPerSecond());
    members.put("roundTripMillis", roundTripMillis(peer));
    members.put(
        "uploads",
        (int)
            on.uploads().active().stream()
                .filter(upload -> upload.peer().equals(peer.id()))
                .count());
    members.put(
        "standing",
        on.routing().routes().stream()
            .filter(route -> route.peer().equals(peer.id()))
            .findFirst()
            .map(PeersRoute::standing));
    return members;
  }

  /** Nothing where no round trip has been measured. */
  static Optional<Double> roundTripMillis(MeshStatus.Peer peer) {
    return peer.roundTripNanos() <= 0
        ? Optional.empty()
        : Optional.of(Math.round(peer.roundTripNanos() / NANOS_PER_MILLI * 10) / 10.0);
  }

  private static Map<String, Object> standing(RouteStatus route) {
    return Map.of(
        "uploads", route.sharing(),
        "toldWhatItHolds", route.known(),
        "relays", route.relays(),
        "keptPromises", route.rightShare());
  }
}
