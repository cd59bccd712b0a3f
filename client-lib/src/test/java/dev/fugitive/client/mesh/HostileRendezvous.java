package dev.fugitive.client.mesh;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.peer.PeerInfo;
import dev.fugitive.client.signalling.Presence;
import dev.fugitive.client.signalling.Rendezvous;
import dev.fugitive.client.signalling.RendezvousListener;
import dev.fugitive.client.signalling.RendezvousStatus;
import dev.fugitive.client.signalling.SignedSignal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A rendezvous that names everybody to everybody and hands each signal to the test's manner of
 * carrying.
 */
final class HostileRendezvous implements Rendezvous {
  final Map<PeerId, RendezvousListener> listeners = new ConcurrentHashMap<>();
  final List<Carried> carried = new CopyOnWriteArrayList<>();
  volatile Manner manner = HostileRendezvous::deliver;

  /** A signal on its way. */
  record Carried(PeerId from, PeerId to, SignedSignal signal) {}

  /** What becomes of a signal. */
  interface Manner {
    void carry(HostileRendezvous rendezvous, Carried carried);
  }

  void deliver(Carried signal) {
    deliver(signal.from(), signal.to(), signal.signal());
  }

  void deliver(PeerId claimedFrom, PeerId to, SignedSignal signal) {
    RendezvousListener listener = listeners.get(to);
    if (listener != null) {
      listener.onRelayed(claimedFrom, signal);
    }
  }

  /** Names one peer to another. */
  void introduce(PeerId peer, PeerId to) {
    RendezvousListener listener = listeners.get(to);
    if (listener != null) {
      listener.onPeers(List.of(new PeerInfo(peer, 1, PeerInfo.Nearness.FAR, 4)));
    }
  }

  @Override
  public Membership join(Identity identity, Presence presence, RendezvousListener listener) {
    PeerId self = identity.peerId();
    listeners.put(self, listener);
    listener.onJoined();
    return new Membership() {
      @Override
      public void update(Presence changed) {}

      @Override
      public boolean relay(PeerId to, SignedSignal signal) {
        Carried signalOnItsWay = new Carried(self, to, signal);
        carried.add(signalOnItsWay);
        manner.carry(HostileRendezvous.this, signalOnItsWay);
        return true;
      }

      @Override
      public RendezvousStatus status() {
        return new RendezvousStatus(RendezvousStatus.State.JOINED, "hostile");
      }

      @Override
      public void close() {
        listeners.remove(self);
      }
    };
  }
}
