package dev.fugitive.client.signalling;

/** Where a peer stands with the rendezvous, and why. */
public record RendezvousStatus(State state, String detail) {
  /** Where a peer stands. */
  public enum State {
    OFF,
    CONNECTING,
    JOINED,
    WAITING,
    CLOSED
  }
}
