package dev.fugitive.client.signalling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.peer.PeerInfo;
import dev.fugitive.client.peer.PeerInfo.Nearness;
import dev.fugitive.client.signalling.RendezvousStatus.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import okio.ByteString;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CombinedRendezvousTest {
  private static final PeerId NEAR = peer(1);
  private static final PeerId FAR = peer(2);
  private static final Presence PRESENCE = new Presence(List.of(), 4);

  private final Identity identity = Identity.generate();
  private final Part lan = new Part();
  private final Part remote = new Part();
  private final List<String> heard = new ArrayList<>();
  private final Rendezvous.Membership membership =
      new CombinedRendezvous(List.of(lan, remote)).join(identity, PRESENCE, new Ear());

  @Test
  void peersOfBothAreKnownAndTheNearerWordHolds() {
    remote.ear().onPeers(List.of(info(NEAR, 3, Nearness.FAR), info(FAR, 2, Nearness.FAR)));
    heard.clear();
    lan.ear().onPeers(List.of(info(NEAR, 1, Nearness.LOCAL)));
    assertThat(heard)
        .containsExactly(
            "peers " + List.of(info(NEAR, 3, Nearness.LOCAL), info(FAR, 2, Nearness.FAR)));
  }

  @Test
  void aPeerIsGoneWhenNobodyKnowsItAnyMore() {
    remote.ear().onPeers(List.of(info(NEAR, 3, Nearness.FAR)));
    lan.ear().onPeers(List.of(info(NEAR, 1, Nearness.LOCAL)));
    heard.clear();
    lan.ear().onPeerGone(NEAR);
    assertThat(heard).containsExactly("peers " + List.of(info(NEAR, 3, Nearness.FAR)));
    heard.clear();
    remote.ear().onPeerGone(NEAR);
    assertThat(heard).containsExactly("gone " + NEAR);
  }

  @Test
  void itIsLostWhenTheLastOneIs() {
    lan.ear().onJoined();
    remote.ear().onJoined();
    heard.clear();
    remote.ear().onLost("no server");
    assertThat(heard).isEmpty();
    lan.ear().onLost("no network");
    assertThat(heard).containsExactly("lost no network");
  }

  @Test
  void theFirstThatCanCarriesASignal() {
    SignedSignal signal =
        SignedSignal.sign(
            identity,
            NEAR,
            ConnectionId.random(new Random(1)),
            new SignedSignal.Content.Declined("full"),
            Instant.EPOCH);
    lan.carries = true;
    remote.carries = true;
    assertThat(membership.relay(NEAR, signal)).isTrue();
    lan.carries = false;
    assertThat(membership.relay(NEAR, signal)).isTrue();
    remote.carries = false;
    assertThat(membership.relay(NEAR, signal)).isFalse();
    assertThat(lan.relayed).isEqualTo(1);
    assertThat(remote.relayed).isEqualTo(1);
  }

  @Test
  void bothHearOfChangesAndOfTheEnd() {
    membership.update(new Presence(List.of(), 9));
    membership.close();
    assertThat(lan.slots).isEqualTo(9);
    assertThat(remote.slots).isEqualTo(9);
    assertThat(lan.closed && remote.closed).isTrue();
  }

  @Test
  void theStatusIsTheBestAndTheWordsOfAll() {
    lan.status = new RendezvousStatus(State.WAITING, "no interface");
    remote.status = new RendezvousStatus(State.JOINED, "ws://r.test/");
    assertThat(membership.status())
        .isEqualTo(new RendezvousStatus(State.JOINED, "no interface; ws://r.test/"));
  }

  private static PeerInfo info(PeerId peer, int shared, Nearness nearness) {
    return new PeerInfo(peer, shared, nearness, 4);
  }

  private static PeerId peer(int number) {
    byte[] key = new byte[PeerId.BYTES];
    key[0] = (byte) number;
    return new PeerId(ByteString.of(key));
  }

  /** A rendezvous in the test's hand. */
  private static final class Part implements Rendezvous, Rendezvous.Membership {
    private @Nullable RendezvousListener listener;
    private boolean carries;
    private boolean closed;
    private int relayed;
    private int slots;
    private RendezvousStatus status = new RendezvousStatus(State.CONNECTING, "");

    RendezvousListener ear() {
      return Objects.requireNonNull(listener);
    }

    @Override
    public Membership join(Identity joining, Presence presence, RendezvousListener ear) {
      listener = ear;
      return this;
    }

    @Override
    public void update(Presence presence) {
      slots = presence.freeSlots();
    }

    @Override
    public boolean relay(PeerId to, SignedSignal signal) {
      relayed += carries ? 1 : 0;
      return carries;
    }

    @Override
    public RendezvousStatus status() {
      return status;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private final class Ear implements RendezvousListener {
    @Override
    public void onJoined() {
      heard.add("joined");
    }

    @Override
    public void onLost(String reason) {
      heard.add("lost " + reason);
    }

    @Override
    public void onPeers(List<PeerInfo> peers) {
      heard.add("peers " + peers);
    }

    @Override
    public void onRelayed(PeerId from, SignedSignal signal) {
      heard.add("relayed");
    }

    @Override
    public void onPeerGone(PeerId peer) {
      heard.add("gone " + peer);
    }
  }
}
