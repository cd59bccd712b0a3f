package dev.fugitive.proxy.control.api;

import dev.fugitive.client.fetch.NodeStatus;
import dev.fugitive.client.fetch.PeerStatus;
import dev.fugitive.client.mesh.MeshStatus;
import dev.fugitive.client.routing.RouteStatus;
import dev.fugitive.proxy.control.ApiRequest;
import dev.fugitive.proxy.control.ApiRoute;
import dev.fugitive.proxy.control.live.LiveView;
import dev.fugitive.proxy.control.live.PeerRates;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import okio.ByteString;

/**
 * {@code GET mesh}: the links that are known, ours and those of our peers, with a spanning tree.
 *
 * <p>Peers tell of their peers by a random salt, not by their keys; who has a link to us, too, is
 * recognised by it.
 */
public record MeshRoute(Supplier<NodeStatus> node, LiveView live) implements ApiRoute {
  private static final int SALT_CHARACTERS = 8;

  @Override
  public Endpoint endpoint() {
    return Endpoint.open("mesh");
  }

  @Override
  public Object answer(ApiRequest request) {
    NodeStatus status = node.get();
    String self = status.peerId().shortName();
    return switch (status.peers()) {
      case PeerStatus.Off(String reason) ->
          Map.of(
              "whyNone",
              reason,
              "vertices",
              vertices(MeshGraph.of(self, List.of()), Map.of()),
              "edges",
              List.of());
      case PeerStatus.On on -> answer(self, on);
    };
  }

  private Map<String, Object> answer(String self, PeerStatus.On on) {
    Map<String, MeshStatus.Peer> open = new HashMap<>();
    for (MeshStatus.Peer peer : on.mesh().peers()) {
      if (peer.state() == MeshStatus.State.OPEN) {
        open.put(peer.id().shortName(), peer);
      }
    }
    MeshGraph graph = MeshGraph.of(self, told(open, on.routing().routes()));
    return Map.of(
        "vertices", vertices(graph, open),
        "edges",
            graph.edges().stream()
                .map(edge -> Map.of("from", edge.from(), "to", edge.to(), "inTree", edge.inTree()))
                .toList());
  }

  private static List<MeshGraph.Told> told(
      Map<String, MeshStatus.Peer> open, List<RouteStatus> routes) {
    Map<ByteString, String> known = new HashMap<>();
    routes.forEach(route -> known.put(route.salt(), route.peer().shortName()));
    Map<String, Set<String>> neighbours = new HashMap<>();
    for (RouteStatus route : routes) {
      Set<String> names = new HashSet<>();
      for (ByteString salt : route.neighbours()) {
        names.add(known.getOrDefault(salt, "~" + salt.hex().substring(0, SALT_CHARACTERS)));
      }
      neighbours.put(route.peer().shortName(), names);
    }
    List<MeshGraph.Told> told = new ArrayList<>();
    open.forEach((name, peer) ->
        told.add(
            new MeshGraph.Told(
                name, peer.roundTripNanos(), neighbours.getOrDefault(name, Set.of()))));
    return told;
  }

  private List<Map<String, Object>> vertices(MeshGraph graph, Map<String, MeshStatus.Peer> open) {
    List<Map<String, Object>> vertices = new ArrayList<>();
    for (MeshGraph.Vertex vertex : graph.vertices()) {
      Map<String, Object> members = new HashMap<>();
      members.put("name", vertex.name());
      members.put("tier", vertex.tier());
      MeshStatus.Peer peer = open.get(vertex.name());
      if (peer != null) {
        PeerRates.Rate rate = live.rates().of(peer.id());
        members.put("key", peer.id());
        members.put("roundTripMillis", PeersRoute.roundTripMillis(peer));
        members.put("receivedPerSecond", rate.receivedPerSecond());
        members.put("sentPerSecond", rate.sentPerSecond());
      }
      vertices.add(members);
    }
    return vertices;
  }
}
