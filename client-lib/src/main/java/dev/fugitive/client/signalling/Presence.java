package dev.fugitive.client.signalling;

import dev.fugitive.client.peer.ContextId;
import java.util.List;

/** What a peer tells the rendezvous about itself: its contexts and how many links it would take. */
public record Presence(List<ContextId> contexts, int freeSlots) {
  /** The most contexts that a peer may name. */
  public static final int MAX_CONTEXTS = 64;

  /** The most free slots that a peer may state. */
  public static final int MAX_FREE_SLOTS = 1 << 16;

  public Presence {
    contexts = List.copyOf(contexts);
    if (contexts.size() > MAX_CONTEXTS) {
      throw new IllegalArgumentException(
          "contexts: " + contexts.size() + " (expected: <= " + MAX_CONTEXTS + ")");
    }
    if (freeSlots < 0 || freeSlots > MAX_FREE_SLOTS) {
      throw new IllegalArgumentException(
          "free slots: " + freeSlots + " (expected: 0 to " + MAX_FREE_SLOTS + ")");
    }
  }
}
