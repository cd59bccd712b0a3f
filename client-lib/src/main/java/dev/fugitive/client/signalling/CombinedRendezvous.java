package dev.fugitive.client.signalling;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.peer.PeerInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Several rendezvous that are used as one: peers of all are known, a signal goes by the first that
 * can carry it, and it is joined while one of them is.
 */
public final class CombinedRendezvous implements Rendezvous {
  private final List<Rendezvous> parts;

  /**
   * @param parts the first carries what it can, the next ones the rest; a part that cannot know
   *     whether a peer is there belongs to the end
   */
  public CombinedRendezvous(List<Rendezvous> parts) {
    this.parts = List.copyOf(parts);
  }

  @Override
  public Membership join(Identity identity, Presence presence, RendezvousListener listener) {
    Union union = new Union(listener, parts.size());
    List<Membership> memberships = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      memberships.add(parts.get(i).join(identity, presence, union.ear(i)));
    }
    return new Memberships(List.copyOf(memberships));
  }

  /** A place at each. */
  private record Memberships(List<Membership> all) implements Membership {
    @Override
    public void update(Presence presence) {
      all.forEach(one -> one.update(presence));
    }

    @Override
    public boolean relay(PeerId to, SignedSignal signal) {
      return all.stream().anyMatch(one -> one.relay(to, signal));
    }

    /** The best state of any, and in words the state of each. */
    @Override
    public RendezvousStatus status() {
      List<RendezvousStatus> each = all.stream().map(Membership::status).toList();
      return new RendezvousStatus(
          each.stream()
              .map(RendezvousStatus::state)
              .min(Comparator.comparing(CombinedRendezvous::rank))
              .orElse(RendezvousStatus.State.OFF),
          each.stream().map(RendezvousStatus::detail).collect(Collectors.joining("; ")));
    }

    @Override
    public void close() {
      all.forEach(Membership::close);
    }
  }

  private static int rank(RendezvousStatus.State state) {
    return switch (state) {
      case JOINED -> 0;
      case CONNECTING -> 1;
      case WAITING -> 2;
      case OFF -> 3;
      case CLOSED -> 4;
    };
  }

  /**
   * What all parts say, put together. Parts speak on threads of their own; what follows from it is
   * told in order, by one thread at a time, without the lock.
   */
  private static final class Union {
    private final ReentrantLock lock = new ReentrantLock();
    private final RendezvousListener listener;

    @GuardedBy("lock")
    private final boolean[] joined;

    @GuardedBy("lock")
    private final List<Map<PeerId, PeerInfo>> peers = new ArrayList<>();

    @GuardedBy("lock")
    private final Queue<Consumer<RendezvousListener>> toTell = new ArrayDeque<>();

    @GuardedBy("lock")
    private boolean telling;

    Union(RendezvousListener listener, int parts) {
      this.listener = listener;
      this.joined = new boolean[parts];
      for (int i = 0; i < parts; i++) {
        peers.add(new LinkedHashMap<>());
      }
    }

    RendezvousListener ear(int part) {
      return new Ear(this, part);
    }

    void joined(int part) {
      lock.lock();
      try {
        joined[part] = true;
        toTell.add(RendezvousListener::onJoined);
      } finally {
        lock.unlock();
      }
      tell();
    }

    void lost(int part, String reason) {
      lock.lock();
      try {
        joined[part] = false;
        if (!isJoined()) {
          toTell.add(told -> told.onLost(reason));
        }
      } finally {
        lock.unlock();
      }
      tell();
    }

    void peers(int part, List<PeerInfo> heard) {
      lock.lock();
      try {
        Map<PeerId, PeerInfo> known = peers.get(part);
        known.clear();
        heard.forEach(info -> known.put(info.id(), info));
        List<PeerInfo> all = all();
        toTell.add(told -> told.onPeers(all));
      } finally {
        lock.unlock();
      }
      tell();
    }

    void gone(int part, PeerId peer) {
      lock.lock();
      try {
        peers.get(part).remove(peer);
        List<PeerInfo> all = all();
        boolean isKnown = all.stream().anyMatch(info -> info.id().equals(peer));
        toTell.add(isKnown ? told -> told.onPeers(all) : told -> told.onPeerGone(peer));
      } finally {
        lock.unlock();
      }
      tell();
    }

    private void tell() {
      for (Consumer<RendezvousListener> next = next(true); next != null; next = next(false)) {
        next.accept(listener);
      }
    }

    /** What is to be told next; null where nothing is, or another thread is telling. */
    private @Nullable Consumer<RendezvousListener> next(boolean first) {
      lock.lock();
      try {
        if (first && telling) {
          return null;
        }
        telling = !toTell.isEmpty();
        return toTell.poll();
      } finally {
        lock.unlock();
      }
    }

    @GuardedBy("lock")
    private boolean isJoined() {
      for (boolean one : joined) {
        if (one) {
          return true;
        }
      }
      return false;
    }

    @GuardedBy("lock")
    private List<PeerInfo> all() {
      Map<PeerId, PeerInfo> all = new LinkedHashMap<>();
      for (Map<PeerId, PeerInfo> known : peers) {
        known.forEach((id, info) -> all.merge(id, info, Union::both));
      }
      return List.copyOf(all.values());
    }

    private static PeerInfo both(PeerInfo one, PeerInfo other) {
      return new PeerInfo(
          one.id(),
          Math.max(one.sharedContexts(), other.sharedContexts()),
          one.nearness().compareTo(other.nearness()) < 0 ? one.nearness() : other.nearness(),
          Math.max(one.freeSlots(), other.freeSlots()));
    }
  }

  /** Hears what one part says. */
  private record Ear(Union union, int part) implements RendezvousListener {
    @Override
    public void onJoined() {
      union.joined(part);
    }

    @Override
    public void onLost(String reason) {
      union.lost(part, reason);
    }

    @Override
    public void onPeers(List<PeerInfo> peers) {
      union.peers(part, peers);
    }

    @Override
    public void onRelayed(PeerId from, SignedSignal signal) {
      union.listener.onRelayed(from, signal);
    }

    @Override
    public void onPeerGone(PeerId peer) {
      union.gone(part, peer);
    }
  }
}
