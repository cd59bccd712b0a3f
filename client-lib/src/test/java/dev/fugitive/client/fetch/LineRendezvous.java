package dev.fugitive.client.fetch;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.peer.PeerInfo;
import dev.fugitive.client.signalling.Presence;
import dev.fugitive.client.signalling.Rendezvous;
import dev.fugitive.client.signalling.RendezvousListener;
import dev.fugitive.client.signalling.RendezvousStatus;
import dev.fugitive.client.signalling.SignedSignal;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

/**
 * A rendezvous that keeps certain pairs apart: it names neither to the other, and carries nothing
 * between them.
 */
final class LineRendezvous implements Rendezvous {
  private final Rendezvous whole;
  private final Set<Set<PeerId>> apart = new CopyOnWriteArraySet<>();

  LineRendezvous(Rendezvous whole) {
    this.whole = whole;
  }

  void keepApart(PeerId one, PeerId other) {
    apart.add(Set.of(one, other));
  }

  private boolean isApart(PeerId one, PeerId other) {
    return !one.equals(other) && apart.contains(Set.of(one, other));
  }

  @Override
  public Membership join(Identity identity, Presence presence, RendezvousListener listener) {
    PeerId self = identity.peerId();
    Membership inner = whole.join(identity, presence, new Filtered(self, listener));
    return new Membership() {
      @Override
      public void update(Presence changed) {
        inner.update(changed);
      }

      @Override
      public boolean relay(PeerId to, SignedSignal signal) {
        return !isApart(self, to) && inner.relay(to, signal);
      }

      @Override
      public RendezvousStatus status() {
        return inner.status();
      }

      @Override
      public void close() {
        inner.close();
      }
    };
  }

  /** Hears of nobody from whom it is kept apart. */
  private final class Filtered implements RendezvousListener {
    private final PeerId self;
    private final RendezvousListener listener;

    Filtered(PeerId self, RendezvousListener listener) {
      this.self = self;
      this.listener = listener;
    }

    @Override
    public void onJoined() {
      listener.onJoined();
    }

    @Override
    public void onLost(String reason) {
      listener.onLost(reason);
    }

    @Override
    public void onPeers(List<PeerInfo> peers) {
      listener.onPeers(peers.stream().filter(info -> !isApart(self, info.id())).toList());
    }

    @Override
    public void onRelayed(PeerId from, SignedSignal signal) {
      listener.onRelayed(from, signal);
    }

    @Override
    public void onPeerGone(PeerId peer) {
      listener.onPeerGone(peer);
    }
  }
}
