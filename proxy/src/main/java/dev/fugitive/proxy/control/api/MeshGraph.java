package dev.fugitive.proxy.control.api;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The part of the mesh that one node can see: itself, its peers, and their peers as far as they
 * have told of them; with a spanning tree of what it can reach.
 *
 * <p>The tree is found breadth first from the node itself, nearer peers before farther ones. So
 * every path in it has the fewest hops there are, and of several peers through whom another can be
 * reached the nearest is taken.
 *
 * @param vertices the node itself first, then by tier and name
 * @param edges each once, in the order of their vertices
 */
public record MeshGraph(List<Vertex> vertices, List<Edge> edges) {
  public MeshGraph {
    vertices = List.copyOf(vertices);
    edges = List.copyOf(edges);
  }

  /**
   * A node of the mesh.
   *
   * @param tier 0 for ourselves, 1 with a link to us, 2 without
   */
  public record Vertex(String name, int tier) {}

  /**
   * A link between two.
   *
   * @param from the one of lower tier, or of the lesser name
   * @param inTree whether it is part of the spanning tree
   */
  public record Edge(String from, String to, boolean inTree) {}

  /**
   * What a tier-1 peer has told.
   *
   * @param roundTripNanos to us
   * @param neighbours names of its peers; ours among them are known by the same names
   */
  public record Told(String name, long roundTripNanos, Set<String> neighbours) {
    public Told {
      neighbours = Set.copyOf(neighbours);
    }
  }

  /** Draws the graph as this node sees it. */
  public static MeshGraph of(String self, List<Told> peers) {
    Map<String, Integer> tiers = tiers(self, peers);
    Map<String, List<String>> links = new HashMap<>();
    List<Told> nearestFirst =
        peers.stream()
            .sorted(Comparator.comparingLong(Told::roundTripNanos).thenComparing(Told::name))
            .toList();
    for (Told peer : nearestFirst) {
      link(links, self, peer.name());
    }
    for (Told peer : nearestFirst) {
      peer.neighbours().stream()
          .filter(other -> !other.equals(self) && !other.equals(peer.name()))
          .sorted()
          .forEach(other -> link(links, peer.name(), other));
    }
    Map<String, String> parents = parents(self, links);
    List<Vertex> vertices =
        tiers.entrySet().stream()
            .map(entry -> new Vertex(entry.getKey(), entry.getValue()))
            .sorted(Comparator.comparingInt(Vertex::tier).thenComparing(Vertex::name))
            .toList();
    return new MeshGraph(vertices, edges(vertices, links, parents));
  }

  private static Map<String, Integer> tiers(String self, List<Told> peers) {
    Map<String, Integer> tiers = new LinkedHashMap<>();
    tiers.put(self, 0);
    peers.forEach(peer -> tiers.putIfAbsent(peer.name(), 1));
    peers.forEach(peer -> peer.neighbours().forEach(other -> tiers.putIfAbsent(other, 2)));
    return tiers;
  }

  private static void link(Map<String, List<String>> links, String one, String other) {
    List<String> ofOne = links.computeIfAbsent(one, name -> new ArrayList<>());
    if (!ofOne.contains(other)) {
      ofOne.add(other);
      links.computeIfAbsent(other, name -> new ArrayList<>()).add(one);
    }
  }

  /** Breadth first: who was met first through whom. */
  private static Map<String, String> parents(String self, Map<String, List<String>> links) {
    Map<String, String> parents = new HashMap<>();
    Set<String> met = new HashSet<>(Set.of(self));
    Deque<String> toVisit = new ArrayDeque<>(List.of(self));
    while (!toVisit.isEmpty()) {
      String visited = toVisit.removeFirst();
      for (String other : links.getOrDefault(visited, List.of())) {
        if (met.add(other)) {
          parents.put(other, visited);
          toVisit.addLast(other);
        }
      }
    }
    return parents;
  }

  private static List<Edge> edges(
      List<Vertex> vertices, Map<String, List<String>> links, Map<String, String> parents) {
    List<Edge> edges = new ArrayList<>();
    Set<String> drawn = new HashSet<>();
    for (Vertex vertex : vertices) {
      drawn.add(vertex.name());
      for (String other : links.getOrDefault(vertex.name(), List.of())) {
        if (!drawn.contains(other)) {
          boolean inTree =
              vertex.name().equals(parents.get(other)) || other.equals(parents.get(vertex.name()));
          edges.add(new Edge(vertex.name(), other, inTree));
        }
      }
    }
    return edges;
  }
}
