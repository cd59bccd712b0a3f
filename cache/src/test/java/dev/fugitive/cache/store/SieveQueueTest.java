package dev.fugitive.cache.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.store.SieveQueue.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The order in which a store forgets. */
final class SieveQueueTest {
  private final SieveQueue<String> queue = new SieveQueue<>();
  private final Map<String, Node<String>> nodes = new HashMap<>();

  private void add(String... elements) {
    for (String element : elements) {
      nodes.put(element, queue.add(element));
    }
  }

  private void visit(String element) {
    Node<String> node = nodes.get(element);
    assertThat(node).isNotNull();
    node.visit();
  }

  private List<String> evict(int count) {
    List<String> evicted = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      evicted.add(String.valueOf(queue.evict(element -> true)));
    }
    return evicted;
  }

  /** The example of the paper's figure: A, D and G are visited. */
  @Example
  void whatWasVisitedIsPassedOverOnce() {
    add("A", "B", "C", "D", "E", "F", "G");
    visit("A");
    visit("B");
    visit("G");
    assertThat(evict(1)).containsExactly("C");
    add("H");
    visit("A");
    visit("D");
    assertThat(evict(1)).containsExactly("E");
    add("I");
    visit("B");
    assertThat(evict(1)).containsExactly("F");
  }

  @Example
  void theHandComesRoundToTheTail() {
    add("A", "B", "C");
    visit("A");
    visit("B");
    visit("C");
    assertThat(evict(4)).containsExactly("A", "B", "C", "null");
    assertThat(queue.size()).isZero();
  }

  @Example
  void whatMayNotGoIsSteppedOver() {
    add("A", "B", "C");
    assertThat(queue.evict(element -> !element.equals("A"))).isEqualTo("B");
    assertThat(queue.evict(element -> false)).isNull();
    assertThat(queue.size()).isEqualTo(2);
  }

  @Property(tries = 200, seed = "2026")
  void everyElementLeavesOnceHoweverItIsUsed(@ForAll long seed) {
    Random random = new Random(seed);
    SieveQueue<Integer> numbers = new SieveQueue<>();
    List<Node<Integer>> all = new ArrayList<>();
    List<Integer> evicted = new ArrayList<>();
    int removed = 0;
    for (int i = 0; i < 200; i++) {
      switch (random.nextInt(4)) {
        case 0 -> {
          Integer gone = numbers.evict(element -> true);
          if (gone != null) {
            evicted.add(gone);
          }
        }
        case 1 -> {
          int before = numbers.size();
          if (!all.isEmpty()) {
            numbers.remove(all.get(random.nextInt(all.size())));
          }
          removed += before - numbers.size();
        }
        case 2 -> {
          if (!all.isEmpty()) {
            all.get(random.nextInt(all.size())).visit();
          }
        }
        default -> all.add(numbers.add(i));
      }
    }
    assertThat(evicted).doesNotHaveDuplicates();
    assertThat(numbers.size()).isEqualTo(all.size() - evicted.size() - removed);
    while (numbers.evict(element -> true) != null) {
      removed++;
    }
    assertThat(numbers.size()).isZero();
    assertThat(removed + evicted.size()).isEqualTo(all.size());
  }
}
