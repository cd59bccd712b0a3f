package dev.fugitive.cache.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.TreeLayout.Node;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The arithmetic of the tree. */
final class TreeLayoutTest {
  @Example
  void theTreeOfFiveChunksIsTheOneThatIsDrawn() {
    assertThat(TreeLayout.depth(5)).isEqualTo(3);
    assertThat(TreeLayout.nodeCount(5)).isEqualTo(5 + 3 + 2 + 1);
    assertThat(TreeLayout.proofNodes(5, 4, 1)).containsExactly(new Node(2, 0));
    assertThat(TreeLayout.proofNodes(5, 1, 2))
        .containsExactly(new Node(0, 0), new Node(0, 3), new Node(2, 1));
    assertThat(TreeLayout.proofNodes(5, 0, 5)).isEmpty();
  }

  @Property(seed = "2026")
  void depthIsTheSmallestThatHoldsAllChunks(
      @ForAll @IntRange(min = 1, max = ContentId.MAX_CHUNKS) int chunks) {
    int depth = TreeLayout.depth(chunks);
    assertThat(1L << depth).isGreaterThanOrEqualTo(chunks);
    assertThat(depth == 0 || 1L << (depth - 1) < chunks).isTrue();
    assertThat(TreeLayout.width(chunks, depth)).isEqualTo(1);
    assertThat(TreeLayout.nodeCount(chunks)).isLessThan(2 * chunks + depth);
  }

  /** Range and proof together cover every chunk once, and need nothing that the range gives. */
  @Property(seed = "2026")
  void aProofIsExactlyWhatTheRangeLacks(
      @ForAll @IntRange(min = 1, max = 300) int chunks,
      @ForAll @IntRange(max = 299) int start,
      @ForAll @IntRange(min = 1, max = 9) int count) {
    int first = start % chunks;
    int rangeCount = Math.min(count, chunks - first);
    List<Node> proof = TreeLayout.proofNodes(chunks, first, rangeCount);
    Set<Integer> covered = new HashSet<>();
    for (int chunk = first; chunk < first + rangeCount; chunk++) {
      covered.add(chunk);
    }
    for (Node node : proof) {
      int until = Math.min(chunks, (node.index() + 1) << node.layer());
      for (int chunk = node.index() << node.layer(); chunk < until; chunk++) {
        assertThat(covered.add(chunk)).isTrue();
      }
    }
    assertThat(covered).hasSize(chunks);
    assertThat(proof).hasSize(TreeLayout.proofLength(chunks, first, rangeCount));
  }
}
