package dev.fugitive.client.lan;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.peer.PeerInfo;
import dev.fugitive.client.signalling.ConnectionId;
import dev.fugitive.client.signalling.Presence;
import dev.fugitive.client.signalling.Rendezvous;
import dev.fugitive.client.signalling.RendezvousListener;
import dev.fugitive.client.signalling.SignedSignal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A place on a local network that writes down what it hears. */
final class LanNode implements RendezvousListener, AutoCloseable {
  final Identity identity;
  final AtomicInteger joined = new AtomicInteger();
  final List<PeerId> gone = new CopyOnWriteArrayList<>();
  final Rendezvous.Membership membership;

  private final Map<PeerId, List<SignedSignal>> signals = new ConcurrentHashMap<>();
  private volatile List<PeerInfo> peers = List.of();

  LanNode(
      Identity identity, Discovery discovery, LanMembership.AddressSource addresses, long seed) {
    this.identity = identity;
    this.membership =
        new LanRendezvous(addresses, discovery, new Random(seed))
            .join(identity, new Presence(List.of(), 4), this);
  }

  PeerId id() {
    return identity.peerId();
  }

  Set<PeerId> peers() {
    return Set.copyOf(peers.stream().map(PeerInfo::id).toList());
  }

  int slotsOf(PeerId peer) {
    return peers.stream()
        .filter(info -> info.id().equals(peer))
        .mapToInt(PeerInfo::freeSlots)
        .findFirst()
        .orElse(-1);
  }

  List<SignedSignal> heardFrom(PeerId peer) {
    return signals.getOrDefault(peer, List.of());
  }

  SignedSignal signal(LanNode to) {
    return SignedSignal.sign(
        identity,
        to.id(),
        ConnectionId.random(new Random(7)),
        new SignedSignal.Content.Declined("a test"),
        Instant.EPOCH);
  }

  @Override
  public void onJoined() {
    joined.incrementAndGet();
  }

  @Override
  public void onLost(String reason) {}

  @Override
  public void onPeers(List<PeerInfo> heard) {
    peers = heard;
  }

  @Override
  public void onRelayed(PeerId from, SignedSignal signal) {
    signals.computeIfAbsent(from, peer -> new CopyOnWriteArrayList<>()).add(signal);
  }

  @Override
  public void onPeerGone(PeerId peer) {
    gone.add(peer);
  }

  @Override
  public void close() {
    membership.close();
  }
}
