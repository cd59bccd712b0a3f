package dev.fugitive.client.signalling;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;

/** Where peers that are not connected yet find each other and exchange signed signals. */
public interface Rendezvous {
  /** For a node that meets nobody. */
  Rendezvous NONE = (identity, presence, listener) -> Alone.INSTANCE;

  /**
   * Joins, and stays joined or keeps trying until the membership is closed. Never blocks; what the
   * listener hears may come before this returns.
   */
  Membership join(Identity identity, Presence presence, RendezvousListener listener);

  /** One peer's place at a rendezvous. Its methods never block. */
  interface Membership extends AutoCloseable {
    /** Says what has changed, and asks for peers. */
    void update(Presence presence);

    /**
     * Has a signal carried to another peer.
     *
     * @return false where it cannot be: not joined at the moment, or too much waits to be sent
     */
    boolean relay(PeerId to, SignedSignal signal);

    RendezvousStatus status();

    /** Leaves. */
    @Override
    void close();
  }

  /** The membership of {@link #NONE}. */
  enum Alone implements Membership {
    INSTANCE;

    @Override
    public void update(Presence presence) {}

    @Override
    public boolean relay(PeerId to, SignedSignal signal) {
      return false;
    }

    @Override
    public RendezvousStatus status() {
      return new RendezvousStatus(RendezvousStatus.State.OFF, "no rendezvous is configured");
    }

    @Override
    public void close() {}
  }
}
