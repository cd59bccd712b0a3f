package dev.fugitive.client.peer;

/**
 * What is known of a peer before a link to it is open: how much it has in common with us, how near
 * it is, and how many more links it would take.
 */
public record PeerInfo(PeerId id, int sharedContexts, Nearness nearness, int freeSlots) {
  /** How near two peers are, as far as their addresses tell; nearest first. */
  public enum Nearness {
    /** Found by this machine itself on a network it is in; no rendezvous can claim it. */
    LOCAL,
    SAME_ADDRESS,
    SAME_NETWORK,
    FAR
  }

  public PeerInfo {
    if (sharedContexts < 0) {
      throw new IllegalArgumentException(
          "shared contexts: " + sharedContexts + " (expected: >= 0)");
    }
    if (freeSlots < 0) {
      throw new IllegalArgumentException("free slots: " + freeSlots + " (expected: >= 0)");
    }
  }
}
