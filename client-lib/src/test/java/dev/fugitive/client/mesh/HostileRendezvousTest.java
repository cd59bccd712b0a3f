package dev.fugitive.client.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fugitive.client.mesh.HostileRendezvous.Carried;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.signalling.ConnectionId;
import dev.fugitive.client.signalling.SignedSignal;
import dev.fugitive.client.transport.HostRates;
import dev.fugitive.client.transport.MemoryNetwork;
import dev.fugitive.client.transport.PathConditions;
import dev.fugitive.client.transport.RealTime;
import dev.fugitive.client.transport.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a rendezvous that wants to be somebody else can do: keep peers apart, and nothing else. */
final class HostileRendezvousTest {
  private static final MeshSettings SETTINGS = MeshSettings.of(Node.HELLO);

  private final RealTime time = new RealTime("hostile-test");
  private final MemoryNetwork network = new MemoryNetwork(time, PathConditions.NONE, 1);
  private final HostileRendezvous rendezvous = new HostileRendezvous();
  private final Node alice = node();
  private final Node bob = node();

  @AfterEach
  void stopEverything() {
    alice.close();
    bob.close();
    time.close();
  }

  @Test
  void anHonestOneBringsThemTogether() {
    rendezvous.introduce(bob.id(), alice.id());
    await().until(() -> alice.isLinkedTo(bob) && bob.isLinkedTo(alice));
  }

  @Test
  void anAlteredDescriptionIsRefused() {
    rendezvous.manner = (to, carried) -> to.deliver(altered(carried));
    rendezvous.introduce(bob.id(), alice.id());
    await().until(() -> bob.mesh.status().refusedSignals() == 1);
    assertThat(bob.mesh.status().peers()).isEmpty();
    assertThat(alice.mesh.sessions()).isEmpty();
  }

  @Test
  void anAlteredAnswerNeverReachesTheLink() {
    rendezvous.manner =
        (to, carried) -> to.deliver(carried.from().equals(bob.id()) ? altered(carried) : carried);
    rendezvous.introduce(bob.id(), alice.id());
    await().until(() -> alice.mesh.status().refusedSignals() >= 1);
    assertThat(alice.mesh.sessions()).isEmpty();
    assertThat(bob.mesh.sessions()).isEmpty();
  }

  @Test
  void nobodyCanOfferInAnothersName() {
    Identity mallory = Identity.generate();
    SignedSignal offer =
        SignedSignal.sign(
            mallory,
            bob.id(),
            ConnectionId.random(new Random(1)),
            new SignedSignal.Content.OfLink(MeshScript.SDP),
            Instant.now());
    rendezvous.deliver(alice.id(), bob.id(), offer);
    await().until(() -> bob.mesh.status().refusedSignals() == 1);
    assertThat(bob.mesh.status().peers()).isEmpty();
  }

  @Test
  void anOfferForOneIsWorthNothingToAnother() {
    try (Node carol = node()) {
      rendezvous.manner = (to, carried) -> to.deliver(carried.from(), carol.id(), carried.signal());
      rendezvous.introduce(bob.id(), alice.id());
      await().until(() -> carol.mesh.status().refusedSignals() == 1);
      assertThat(carol.mesh.status().peers()).isEmpty();
    }
  }

  @Test
  void aReplayedOfferDoesNotDisturbTheSession() {
    rendezvous.introduce(bob.id(), alice.id());
    await().until(() -> alice.isLinkedTo(bob) && bob.isLinkedTo(alice));
    PeerSession session = bob.mesh.session(alice.id()).orElseThrow();
    for (Carried carried : rendezvous.carried) {
      rendezvous.deliver(carried);
    }
    await().until(() -> bob.mesh.status().refusedSignals() == 1);
    assertThat(bob.mesh.session(alice.id())).containsSame(session);
    assertThat(session.isOpen()).isTrue();
    assertThat(bob.heard.closed).isEmpty();
  }

  @Test
  void aFloodOfForgedOffersIsCountedAndNothingElseSuffers() {
    SignedSignal forged =
        SignedSignal.sign(
            Identity.generate(),
            alice.id(),
            ConnectionId.random(new Random(1)),
            new SignedSignal.Content.OfLink(MeshScript.SDP),
            Instant.now());
    for (int i = 0; i < 10_000; i++) {
      rendezvous.deliver(bob.id(), alice.id(), forged);
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> alice.mesh.status().refusedSignals() == 10_000);
    rendezvous.introduce(bob.id(), alice.id());
    await().until(() -> alice.isLinkedTo(bob) && bob.isLinkedTo(alice));
  }

  private static Carried altered(Carried carried) {
    SignedSignal signal = carried.signal();
    if (!(signal.content()
        instanceof
        SignedSignal.Content.OfLink(Signal.Description(Signal.Kind kind, String text)))) {
      return carried;
    }
    Signal changed = new Signal.Description(kind, text + " ");
    return new Carried(
        carried.from(),
        carried.to(),
        new SignedSignal(
            signal.connection(),
            new SignedSignal.Content.OfLink(changed),
            signal.timeMillis(),
            signal.signature()));
  }

  private Node node() {
    return Node.start(network.join(HostRates.UNLIMITED), rendezvous, SETTINGS);
  }
}
