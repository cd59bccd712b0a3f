package dev.fugitive.cache.store;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The order in which a store forgets: SIEVE.
 *
 * <p><b>The algorithm.</b> New elements enter at the head of one queue and never move. A hit sets a
 * bit and nothing else. A hand walks from the tail towards the head and, past the head, starts at
 * the tail again: it clears the bit where it is set, and evicts where it is not. What is hit
 * between two visits of the hand stays; what came and was never asked for again goes as soon as the
 * hand, which rests among the newer elements after the old ones were sifted, comes by.
 *
 * <pre>
 *   head (new)                                 tail (old)
 *     [ ]   [x]   [ ]   [x]   [x]   [ ]   [x]
 *                        ▲
 *                       hand: clears this one, evicts the next
 * </pre>
 *
 * <p><b>Why this one.</b> On web cache traces it misses less often than LRU, ARC and most of their
 * kin, because most objects of a web cache are asked for once and SIEVE lets them go quickly; it
 * needs one bit an element and no tuning. [Zhang, Yang, Yue, Vigfusson, Rashmi: SIEVE is Simpler
 * than LRU: an Efficient Turn-Key Eviction Algorithm for Web Caches, NSDI 2024.]
 *
 * <p><b>Sizes.</b> The caller evicts until enough bytes are free, so that one large element may
 * cost several small ones their place, but only those that nobody asked for since the hand's last
 * visit. Elements that may not go now are stepped over.
 *
 * <p>Not safe for use by several threads.
 */
final class SieveQueue<E> {
  private @Nullable Node<E> head;
  private @Nullable Node<E> tail;
  private @Nullable Node<E> hand;
  private int size;

  /** The place of one element in the queue. */
  static final class Node<E> {
    private final E element;
    private boolean visited;
    private boolean queued = true;
    private @Nullable Node<E> newer;
    private @Nullable Node<E> older;

    private Node(E element) {
      this.element = element;
    }

    /** The element was asked for. */
    void visit() {
      visited = true;
    }
  }

  int size() {
    return size;
  }

  Node<E> add(E element) {
    Node<E> node = new Node<>(element);
    node.older = head;
    if (head != null) {
      head.newer = node;
    }
    head = node;
    if (tail == null) {
      tail = node;
    }
    size++;
    return node;
  }

  void remove(Node<E> node) {
    if (!node.queued) {
      return;
    }
    if (hand == node) {
      hand = node.newer;
    }
    if (node.newer != null) {
      node.newer.older = node.older;
    } else {
      head = node.older;
    }
    if (node.older != null) {
      node.older.newer = node.newer;
    } else {
      tail = node.newer;
    }
    node.queued = false;
    size--;
  }

  /**
   * Takes out the next element to forget.
   *
   * @return null where none may go
   */
  @Nullable E evict(Predicate<E> mayGo) {
    Node<E> node = hand != null ? hand : tail;
    for (int steps = 0; node != null && steps <= 2 * size; steps++) {
      if (!node.visited && mayGo.test(node.element)) {
        hand = node.newer;
        remove(node);
        return node.element;
      }
      node.visited = false;
      node = node.newer != null ? node.newer : tail;
    }
    return null;
  }
}
