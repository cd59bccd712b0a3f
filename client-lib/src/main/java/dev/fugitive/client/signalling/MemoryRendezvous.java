package dev.fugitive.client.signalling;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.client.peer.ContextId;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.peer.PeerInfo;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A rendezvous within one program, for tests and simulations: the pairing without the server's
 * limits. Calls listeners on the caller's thread, never under its lock.
 */
public final class MemoryRendezvous implements Rendezvous {
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Map<PeerId, Member> members = new LinkedHashMap<>();

  @Override
  public Membership join(Identity identity, Presence presence, RendezvousListener listener) {
    Member member = new Member(identity.peerId(), presence, listener);
    lock.lock();
    try {
      members.put(member.peer, member);
    } finally {
      lock.unlock();
    }
    listener.onJoined();
    listener.onPeers(candidatesFor(member));
    return member;
  }

  /** Whether a peer is here and has named a context. */
  public boolean announced(PeerId peer) {
    lock.lock();
    try {
      Member member = members.get(peer);
      return member != null && !member.presence.contexts().isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private List<PeerInfo> candidatesFor(Member asking) {
    lock.lock();
    try {
      return members.values().stream()
          .filter(member -> member != asking)
          .map(member -> member.infoFor(asking))
          .filter(info -> info.sharedContexts() > 0)
          .limit(RendezvousMessage.Peers.MAX_PEERS)
          .toList();
    } finally {
      lock.unlock();
    }
  }

  /** One peer's place. */
  private final class Member implements Membership {
    private final PeerId peer;
    private final RendezvousListener listener;
    private volatile Presence presence;

    Member(PeerId peer, Presence presence, RendezvousListener listener) {
      this.peer = peer;
      this.presence = presence;
      this.listener = listener;
    }

    PeerInfo infoFor(Member asking) {
      Set<ContextId> shared = new HashSet<>(presence.contexts());
      shared.retainAll(asking.presence.contexts());
      return new PeerInfo(
          peer, shared.size(), PeerInfo.Nearness.SAME_ADDRESS, presence.freeSlots());
    }

    @Override
    public void update(Presence changed) {
      presence = changed;
      listener.onPeers(candidatesFor(this));
    }

    @Override
    public boolean relay(PeerId to, SignedSignal signal) {
      Member receiver;
      lock.lock();
      try {
        receiver = members.get(to);
        if (receiver == null || members.get(peer) != this) {
          return false;
        }
      } finally {
        lock.unlock();
      }
      receiver.listener.onRelayed(peer, signal);
      return true;
    }

    @Override
    public RendezvousStatus status() {
      return new RendezvousStatus(RendezvousStatus.State.JOINED, "in memory");
    }

    @Override
    public void close() {
      List<Member> others;
      lock.lock();
      try {
        members.remove(peer, this);
        others = List.copyOf(members.values());
      } finally {
        lock.unlock();
      }
      others.forEach(other -> other.listener.onPeerGone(peer));
    }
  }
}
