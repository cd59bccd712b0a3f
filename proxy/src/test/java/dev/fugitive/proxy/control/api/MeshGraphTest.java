package dev.fugitive.proxy.control.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.proxy.control.api.MeshGraph.Edge;
import dev.fugitive.proxy.control.api.MeshGraph.Told;
import dev.fugitive.proxy.control.api.MeshGraph.Vertex;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The mesh as one node sees it. */
final class MeshGraphTest {
  @Test
  void aNodeWithoutPeersIsAlone() {
    MeshGraph graph = MeshGraph.of("us", List.of());
    assertThat(graph.vertices()).containsExactly(new Vertex("us", 0));
    assertThat(graph.edges()).isEmpty();
  }

  @Test
  void aPeerOfTwoPeersIsReachedThroughTheNearer() {
    MeshGraph graph =
        MeshGraph.of(
            "us", List.of(new Told("far", 90, Set.of("x")), new Told("near", 10, Set.of("x"))));
    assertThat(graph.vertices())
        .containsExactly(
            new Vertex("us", 0), new Vertex("far", 1), new Vertex("near", 1), new Vertex("x", 2));
    assertThat(graph.edges())
        .containsExactlyInAnyOrder(
            new Edge("us", "far", true),
            new Edge("us", "near", true),
            new Edge("near", "x", true),
            new Edge("far", "x", false));
  }

  @Test
  void aLinkBetweenTwoPeersIsDrawnOnceAndIsNoTreeEdge() {
    MeshGraph graph =
        MeshGraph.of(
            "us", List.of(new Told("a", 1, Set.of("b", "us")), new Told("b", 2, Set.of("a"))));
    assertThat(graph.edges())
        .containsExactlyInAnyOrder(
            new Edge("us", "a", true), new Edge("us", "b", true), new Edge("a", "b", false));
  }

  @Property(tries = 200, seed = "2026")
  void theTreeReachesEveryVertexOnceByTheFewestHops(
      @ForAll @Size(max = 12) List<@Size(max = 6) Set<@IntRange(min = 0, max = 20) Integer>> told) {
    List<Told> peers = new ArrayList<>();
    for (int i = 0; i < told.size(); i++) {
      Set<String> names = new HashSet<>();
      told.get(i).forEach(number -> names.add("n" + number));
      peers.add(new Told("n" + i, i * 7 % 5, names));
    }
    MeshGraph graph = MeshGraph.of("us", peers);
    List<Edge> tree = graph.edges().stream().filter(Edge::inTree).toList();
    assertThat(tree).hasSize(graph.vertices().size() - 1);
    Set<String> reached = new HashSet<>(Set.of("us"));
    for (int hops = 1; hops <= 2; hops++) {
      Set<String> further = new HashSet<>();
      for (Edge edge : tree) {
        if (reached.contains(edge.from())) {
          further.add(edge.to());
        }
        if (reached.contains(edge.to())) {
          further.add(edge.from());
        }
      }
      reached.addAll(further);
    }
    assertThat(reached).hasSize(graph.vertices().size());
    assertThat(new HashSet<>(graph.edges())).hasSize(graph.edges().size());
  }
}
