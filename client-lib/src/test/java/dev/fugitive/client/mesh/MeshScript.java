package dev.fugitive.client.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.peer.PeerInfo;
import dev.fugitive.client.signalling.ConnectionId;
import dev.fugitive.client.transport.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import okio.ByteString;

/** A core, told what happens and asked what it wants done, with the time in the test's hand. */
final class MeshScript {
  static final Signal.Description SDP = new Signal.Description(Signal.Kind.OFFER, "sdp");

  final MeshCore core;

  private final List<MeshAction> actions = new ArrayList<>();
  private long nowNanos;

  MeshScript(PeerId self, MeshSettings settings) {
    core = new MeshCore(self, settings, new Random(42), 0);
  }

  static PeerId peer(int number) {
    byte[] key = new byte[PeerId.BYTES];
    key[0] = (byte) number;
    return new PeerId(ByteString.of(key));
  }

  static ConnectionId connection(int number) {
    byte[] id = new byte[ConnectionId.BYTES];
    id[0] = (byte) number;
    return new ConnectionId(ByteString.of(id));
  }

  static PeerInfo info(int number, int shared) {
    return new PeerInfo(peer(number), shared, PeerInfo.Nearness.FAR, 4);
  }

  MeshScript on(MeshEvent event) {
    actions.addAll(core.on(event, nowNanos));
    core.checkInvariants();
    return this;
  }

  MeshScript joined() {
    return on(new MeshEvent.RendezvousJoined());
  }

  MeshScript peers(PeerInfo... peers) {
    return on(new MeshEvent.PeersHeard(List.of(peers)));
  }

  /** Time passes, with a look at the clock each half second. */
  MeshScript after(Duration time) {
    long endNanos = nowNanos + time.toNanos();
    while (nowNanos < endNanos) {
      nowNanos = Math.min(endNanos, nowNanos + Duration.ofMillis(500).toNanos());
      on(new MeshEvent.Tick());
    }
    return this;
  }

  /** A session with a peer that came to us. */
  MeshScript session(int peer, int connection) {
    on(new MeshEvent.OfferHeard(peer(peer), connection(connection), SDP));
    return on(new MeshEvent.Greeted(peer(peer), connection(connection)));
  }

  /** What was wanted since the last look, announcements aside. */
  List<MeshAction> take() {
    List<MeshAction> taken =
        actions.stream().filter(action -> !(action instanceof MeshAction.Announce)).toList();
    actions.clear();
    return taken;
  }

  MeshScript expect(MeshAction... expected) {
    assertThat(take()).isEqualTo(Arrays.asList(expected));
    return this;
  }

  MeshScript expectNothing() {
    return expect();
  }

  /** The offers wanted since the last look; nothing else must be. */
  List<MeshAction.Offer> takeOffers() {
    List<MeshAction> taken = take();
    assertThat(taken).allMatch(MeshAction.Offer.class::isInstance);
    return taken.stream().map(MeshAction.Offer.class::cast).toList();
  }

  MeshAction.Offer takeOffer() {
    List<MeshAction.Offer> offers = takeOffers();
    assertThat(offers).hasSize(1);
    return offers.getFirst();
  }

  List<MeshAction.Announce> takeAnnouncements() {
    List<MeshAction.Announce> taken =
        actions.stream()
            .filter(MeshAction.Announce.class::isInstance)
            .map(MeshAction.Announce.class::cast)
            .toList();
    actions.clear();
    return taken;
  }

  long nowNanos() {
    return nowNanos;
  }
}
