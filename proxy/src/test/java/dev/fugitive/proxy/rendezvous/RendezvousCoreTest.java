package dev.fugitive.proxy.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerInfo;
import dev.fugitive.client.peer.PeerInfo.Nearness;
import dev.fugitive.client.signalling.ClientMessage;
import dev.fugitive.client.signalling.Presence;
import dev.fugitive.client.signalling.RendezvousMessage;
import dev.fugitive.client.signalling.RendezvousMessage.PeerGone;
import dev.fugitive.client.signalling.RendezvousMessage.Peers;
import dev.fugitive.client.signalling.RendezvousMessage.Reason;
import dev.fugitive.client.signalling.RendezvousMessage.Refused;
import dev.fugitive.client.signalling.RendezvousMessage.Relayed;
import dev.fugitive.client.signalling.SignedSignal;
import dev.fugitive.proxy.rendezvous.RendezvousAction.Close;
import dev.fugitive.proxy.rendezvous.RendezvousAction.Ping;
import dev.fugitive.proxy.rendezvous.RendezvousAction.Send;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RendezvousCoreTest {
  private static final RendezvousLimits LIMITS = RendezvousLimits.DEFAULT;

  private final Identity alice = Identity.generate();
  private final Identity bob = Identity.generate();
  private final Identity carol = Identity.generate();
  private final RendezvousScript script = new RendezvousScript(LIMITS);

  @Test
  void whoJoinsHearsOfPeersThatShareAContextBestFirst() {
    script.member(1, alice, "a.example", "b.example").member(2, bob, "b.example");
    assertThat(script.join(3, carol, "a.example", "b.example").takeSent(3))
        .last()
        .isEqualTo(
            new Peers(
                List.of(
                    new PeerInfo(alice.peerId(), 2, Nearness.SAME_NETWORK, 4),
                    new PeerInfo(bob.peerId(), 1, Nearness.SAME_NETWORK, 4))));
  }

  @Test
  void nobodyHearsOfAPeerWithoutACommonContext() {
    script.member(1, alice, "a.example");
    assertThat(script.join(2, bob, "b.example").takeSent(2)).last().isEqualTo(new Peers(List.of()));
  }

  @Test
  void changedContextsAreAnsweredWithOtherPeers() {
    script.member(1, alice, "a.example").member(2, bob, "b.example");
    assertThat(script.says(2, new ClientMessage.Update(presence("a.example"))).takeSent(2))
        .containsExactly(
            new Peers(List.of(new PeerInfo(alice.peerId(), 1, Nearness.SAME_NETWORK, 4))));
    assertThat(script.says(1, new ClientMessage.Update(presence("b.example"))).takeSent(1))
        .containsExactly(new Peers(List.of()));
  }

  @Test
  void aPeerIsAsNearAsItsAddress() {
    assertThat(nearness("192.0.2.1", "192.0.2.1")).isEqualTo(Nearness.SAME_ADDRESS);
    assertThat(nearness("192.0.2.1", "192.0.2.99")).isEqualTo(Nearness.SAME_NETWORK);
    assertThat(nearness("192.0.2.1", "192.0.3.1")).isEqualTo(Nearness.FAR);
    assertThat(nearness("2001:db8:1::1", "2001:db8:1:2::9")).isEqualTo(Nearness.SAME_NETWORK);
    assertThat(nearness("2001:db8:1::1", "2001:db8:2::1")).isEqualTo(Nearness.FAR);
    assertThat(nearness("192.0.2.1", "2001:db8::1")).isEqualTo(Nearness.FAR);
  }

  @Test
  void aSignalIsCarriedAsItIs() {
    script.member(1, alice, "a.example").member(2, bob, "a.example");
    SignedSignal signal = RendezvousScript.signal(alice, bob.peerId());
    assertThat(script.says(1, new ClientMessage.Relay(bob.peerId(), signal)).take())
        .containsExactly(new Send(2, new Relayed(alice.peerId(), signal)));
  }

  @Test
  void whoWasCalledMayAnswerWhateverHisContextsAreByThen() {
    script.member(1, alice, "a.example").member(2, bob, "a.example");
    script.says(1, relay(alice, bob)).take();
    script.says(2, new ClientMessage.Update(presence("z.example"))).take();
    assertThat(script.says(2, relay(bob, alice)).takeSent(1))
        .hasOnlyElementsOfType(Relayed.class)
        .hasSize(1);
  }

  @Test
  void strangersCannotBeReachedNorEvenNoticed() {
    script.member(1, alice, "a.example").member(2, bob, "b.example");
    assertThat(script.says(1, relay(alice, bob)).take())
        .containsExactly(refusal(1, Reason.STRANGER, bob.peerId().shortName()));
    assertThat(script.says(1, relay(alice, carol)).take())
        .containsExactly(refusal(1, Reason.STRANGER, carol.peerId().shortName()));
    assertThat(script.says(1, relay(alice, alice)).take())
        .containsExactly(refusal(1, Reason.STRANGER, alice.peerId().shortName()));
  }

  @Test
  void acquaintancesHearThatAPeerIsGone() {
    script.member(1, alice, "a.example").member(2, bob, "a.example");
    script.says(1, relay(alice, bob)).take();
    assertThat(script.on(new RendezvousEvent.Disconnected(2)).take())
        .containsExactly(new Send(1, new PeerGone(bob.peerId())));
    assertThat(script.says(1, relay(alice, bob)).take())
        .containsExactly(new Send(1, new PeerGone(bob.peerId())));
  }

  @Test
  void aWrongProofEndsTheConnection() {
    ClientMessage forged =
        new ClientMessage.Join(
            alice.peerId(),
            presence(),
            ClientMessage.Join.prove(bob, presence(), script.connect(1).challengeOf(1)).proof());
    script.take();
    assertThat(script.says(1, forged).take())
        .containsExactly(
            refusal(1, Reason.BAD_PROOF, alice.peerId().shortName()), new Close(1, "wrong proof"));
  }

  @Test
  void aProofForOneConnectionIsNoneForTheNext() {
    ClientMessage join =
        ClientMessage.Join.prove(alice, presence(), script.connect(1).challengeOf(1));
    script.connect(2).take();
    assertThat(script.says(2, join).take()).contains(new Close(2, "wrong proof"));
  }

  @Test
  void theSameKeyFromElsewhereReplacesTheOlderConnection() {
    script.member(1, alice, "a.example");
    assertThat(script.join(2, alice, "a.example").take())
        .contains(refusal(1, Reason.REPLACED, "joined from elsewhere"), new Close(1, "replaced"));
    assertThat(script.core.counters().peers()).isEqualTo(1);
    script.on(new RendezvousEvent.Disconnected(1));
    assertThat(script.core.counters().peers()).isEqualTo(1);
  }

  @Test
  void beforeTheJoinNothingElseIsDone() {
    script.connect(1).take();
    assertThat(script.says(1, new ClientMessage.Update(presence())).take())
        .containsExactly(refusal(1, Reason.OUT_OF_TURN, "not joined"));
    assertThat(script.says(1, relay(alice, bob)).take())
        .containsExactly(refusal(1, Reason.OUT_OF_TURN, "not joined"));
  }

  @Test
  void aBadMessageIsForgivenManyAreNotAndTimeHeals() {
    script.member(1, alice, "a.example");
    for (int i = 0; i < LIMITS.maxStrikes(); i++) {
      assertThat(script.on(new RendezvousEvent.Malformed(1, "what?")).take())
          .containsExactly(refusal(1, Reason.MALFORMED, "what?"));
    }
    assertThat(
            script.after(LIMITS.strikeInterval()).on(new RendezvousEvent.Malformed(1, "?")).take())
        .containsExactly(refusal(1, Reason.MALFORMED, "?"));
    assertThat(script.on(new RendezvousEvent.Malformed(1, "what?")).take())
        .containsExactly(new Close(1, "too many refused messages, the last: MALFORMED"));
    assertThat(script.core.counters().connections()).isZero();
  }

  @Test
  void aFloodIsSlowedThenEndedAndTheReceiverHearsAtMostTheBurst() {
    script.member(1, alice, "a.example").member(2, bob, "a.example");
    ClientMessage flood = relay(alice, bob);
    for (int i = 0; i < 10_000; i++) {
      script.says(1, flood);
    }
    List<RendezvousAction> actions = script.take();
    assertThat(actions.stream().filter(action -> isRelayedTo(2, action)).count())
        .isBetween(1L, (long) LIMITS.tokenBurst());
    assertThat(actions)
        .filteredOn(Close.class::isInstance)
        .containsExactly(new Close(1, "too many refused messages, the last: TOO_FAST"));
  }

  @Test
  void whoDoesNotJoinInTimeIsClosed() {
    script.connect(1).take();
    assertThat(script.after(LIMITS.joinTimeout()).take())
        .containsExactly(new Close(1, "not joined in time"));
  }

  @Test
  void theDeadAreNoticedAndTheLivingAsked() {
    script.member(1, alice, "a.example").member(2, bob, "a.example");
    assertThat(script.after(LIMITS.pingInterval()).take())
        .containsExactly(new Ping(1), new Ping(2));
    script.on(new RendezvousEvent.Alive(1));
    script.after(LIMITS.pingInterval()).on(new RendezvousEvent.Alive(1)).take();
    assertThat(script.after(Duration.ofSeconds(10)).take())
        .containsExactly(new Close(2, "silent"), new Send(1, new PeerGone(bob.peerId())));
  }

  @Test
  void oneAddressHasItsShareOfConnections() {
    RendezvousScript small =
        new RendezvousScript(
            new RendezvousLimits(
                3,
                2,
                50,
                500,
                16,
                LIMITS.strikeInterval(),
                LIMITS.joinTimeout(),
                LIMITS.pingInterval(),
                LIMITS.silenceLimit(),
                1));
    small.connect(1, "192.0.2.1").connect(2, "192.0.2.1").take();
    Close tooMany = new Close(3, "too many connections");
    assertThat(small.connect(3, "192.0.2.1").take()).containsExactly(tooMany);
    assertThat(small.connect(4, "192.0.2.2").take()).isNotEmpty();
    assertThat(small.connect(3, "192.0.2.3").take()).containsExactly(tooMany);
    small.on(new RendezvousEvent.Disconnected(3)).on(new RendezvousEvent.Disconnected(1)).take();
    assertThat(small.connect(5, "192.0.2.1").take()).singleElement().isInstanceOf(Send.class);
  }

  @Test
  void leavingIsHeardAtOnce() {
    script.member(1, alice, "a.example").member(2, bob, "a.example");
    script.says(1, relay(alice, bob)).take();
    assertThat(script.says(1, new ClientMessage.Leave()).take())
        .containsExactly(new Close(1, "left"), new Send(2, new PeerGone(alice.peerId())));
  }

  @Test
  void aCrowdedContextIsAnsweredWithABoundedPick() {
    for (int i = 1; i <= 200; i++) {
      script.member(i, Identity.generate(), "a.example");
    }
    List<RendezvousMessage> sent = script.join(201, alice, "a.example").takeSent(201);
    assertThat(((Peers) sent.getLast()).peers())
        .hasSize(ContextIndex.MAX_PEERS)
        .extracting(PeerInfo::id)
        .doesNotHaveDuplicates()
        .doesNotContain(alice.peerId());
  }

  private static boolean isRelayedTo(long client, RendezvousAction action) {
    return action instanceof Send(long receiver, Relayed relayed) && receiver == client;
  }

  private static Nearness nearness(String one, String other) {
    return ContextIndex.nearness(RendezvousScript.address(one), RendezvousScript.address(other));
  }

  private static Presence presence(String... hosts) {
    return RendezvousScript.presence(hosts);
  }

  private static ClientMessage relay(Identity from, Identity to) {
    return new ClientMessage.Relay(to.peerId(), RendezvousScript.signal(from, to.peerId()));
  }

  private static Send refusal(long client, Reason reason, String detail) {
    return new Send(client, new Refused(reason, detail));
  }
}
