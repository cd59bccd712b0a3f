package dev.fugitive.client.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.fugitive.client.mesh.MeshSettings.Timing;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.signalling.MemoryRendezvous;
import dev.fugitive.client.transport.HostRates;
import dev.fugitive.client.transport.MemoryNetwork;
import dev.fugitive.client.transport.MemoryTransport;
import dev.fugitive.client.transport.PathConditions;
import dev.fugitive.client.transport.RealTime;
import dev.fugitive.client.wire.PeerMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MeshTest {
  private static final MeshSettings SETTINGS = MeshSettings.of(Node.HELLO);
  private static final PeerMessage MESSAGE = new PeerMessage.Close(7);

  private final RealTime time = new RealTime("mesh-test");
  private final MemoryNetwork network = new MemoryNetwork(time, PathConditions.NONE, 1);
  private final MemoryRendezvous rendezvous = new MemoryRendezvous();
  private final List<Node> nodes = new ArrayList<>();

  @AfterEach
  void stopEverything() {
    nodes.forEach(Node::close);
    time.close();
  }

  @Test
  void twoNodesWithACommonContextFindEachOtherAndTalk() throws IOException {
    Node one = node(SETTINGS);
    Node two = node(SETTINGS);
    link(one, two);
    await().until(() -> one.heard.hellos.size() == 1 && two.heard.hellos.size() == 1);
    assertThat(one.heard.hellos).containsExactly(Node.HELLO);

    sessionOf(one, two).send(MESSAGE);
    await().until(() -> two.heard.messages.contains(MESSAGE));
    await().until(() -> sessionOf(one, two).roundTripNanos() >= 0);

    one.leave();
    await().until(() -> two.heard.closed.size() == 1);
    assertThat(two.heard.closed.getFirst()).contains("the peer closed: shutting down");
    assertThat(one.heard.closed).hasSize(1);
    assertThat(two.mesh.sessions()).isEmpty();
  }

  @Test
  void aClosedSessionRefusesMessages() {
    Node one = node(SETTINGS);
    Node two = node(SETTINGS);
    link(one, two);
    PeerSession session = sessionOf(one, two);
    session.close("enough");
    assertThat(session.isOpen()).isFalse();
    assertThatThrownBy(() -> session.send(MESSAGE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is closed: enough");
    await().until(() -> one.heard.closed.size() == 1 && two.heard.closed.size() == 1);
    assertThat(two.heard.closed.getFirst()).contains("the peer closed: enough");
  }

  @Test
  void aMalformedFrameClosesTheSessionAndBansThePeer() throws IOException {
    Tapped tapped = new Tapped(network.join(HostRates.UNLIMITED));
    Node liar = add(Node.start(tapped, rendezvous, SETTINGS));
    Node honest = node(SETTINGS);
    link(liar, honest);
    tapped.open().send(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    await().until(() -> honest.heard.closed.size() == 1);
    assertThat(honest.heard.closed.getFirst()).contains("malformed message");
    await().until(() -> honest.mesh.status().bans().size() == 1);
    MeshStatus.Ban ban = honest.mesh.status().bans().getFirst();
    assertThat(ban.id()).isEqualTo(liar.id());
    assertThat(ban.reason()).startsWith("malformed message: ");
    assertThat(honest.isLinkedTo(liar)).isFalse();
  }

  @Test
  void aSecondHelloIsALie() throws IOException {
    Node one = node(SETTINGS);
    Node two = node(SETTINGS);
    link(one, two);
    sessionOf(one, two).send(Node.HELLO);
    await().until(() -> two.mesh.status().bans().size() == 1);
  }

  @Test
  void aBannedPeerIsClosedWithTheReason() {
    Node one = node(SETTINGS);
    Node two = node(SETTINGS);
    link(one, two);
    one.mesh.ban(two.id(), "bad chunk");
    await().until(() -> two.heard.closed.size() == 1);
    assertThat(two.heard.closed.getFirst()).contains("the peer closed: banned: bad chunk");
    assertThat(one.mesh.status().bans()).hasSize(1);
  }

  @Test
  void aBanOutlivesARestart(@TempDir Path state) {
    MeshSettings kept = SETTINGS.withBanFile(Optional.of(state.resolve("mesh/bans")));
    Identity liar = Identity.generate();
    Identity forgiven = Identity.generate();
    Node first = node(kept);
    first.mesh.ban(liar.peerId(), "bad chunk");
    first.mesh.keepAway(forgiven.peerId(), "by the user", Duration.ofHours(1));
    first.mesh.pardon(forgiven.peerId());
    await().until(() -> first.mesh.status().bans().size() == 1);
    Instant until = first.mesh.status().bans().getFirst().until();
    first.leave();

    Node second = node(kept);

    assertThat(second.mesh.status().bans())
        .singleElement()
        .satisfies(ban -> {
          assertThat(ban.id()).isEqualTo(liar.peerId());
          assertThat(ban.reason()).isEqualTo("bad chunk");
          assertThat(ban.until()).isCloseTo(until, within(2, ChronoUnit.SECONDS));
        });
  }

  @Test
  void anotherVersionIsLeftWithWordsAndNoBan() {
    Tapped tapped = new Tapped(host());
    Node old = add(Node.start(tapped, rendezvous, SETTINGS));
    Node young =
        node(MeshSettings.of(new PeerMessage.Hello(2, "fugitive/2", true)).withConnections(0, 4));
    young.mesh.addContext("cdn.example");
    await().until(() -> rendezvous.announced(young.id()));
    old.mesh.addContext("cdn.example");
    await().until(() -> !tapped.taps.isEmpty());
    await()
        .until(() -> old.mesh.status().peers().isEmpty() && young.mesh.status().peers().isEmpty());
    assertThat(old.heard.opened).isEmpty();
    assertThat(old.mesh.status().bans()).isEmpty();
  }

  @Test
  void aPeerThatFloodsABlockedHandlerIsClosedBeforeMemoryFills() throws IOException {
    CountDownLatch release = new CountDownLatch(1);
    MeshSettings small =
        new MeshSettings(8, 12, 10_000, 0, SETTINGS.timing(), Node.HELLO, Optional.empty());
    Node flooding = node(SETTINGS);
    Node slow = add(new Node(Identity.generate(), host(), rendezvous, small));
    slow.heard.blockUntil = release;
    link(flooding, slow);
    PeerSession session = sessionOf(flooding, slow);
    await()
        .until(() -> {
          for (int i = 0; i < 100 && session.isOpen(); i++) {
            trySend(session);
          }
          return !session.isOpen();
        });
    release.countDown();
    await().until(() -> slow.heard.closed.size() == 1);
    assertThat(slow.heard.closed.getFirst()).contains("more was sent than can be handled");
  }

  @Test
  void aPeerThatDiesWithoutAWordIsNoticedByItsSilence() {
    MemoryTransport mortal = host();
    Node dying = add(Node.start(mortal, rendezvous, SETTINGS));
    Node witness = node(withPings(Duration.ofSeconds(1)));
    link(dying, witness);
    mortal.crash();
    await().atMost(Duration.ofSeconds(20)).until(() -> witness.heard.closed.size() == 1);
    assertThat(witness.heard.closed.getFirst()).contains("silent for 3000 ms");
  }

  @Test
  void aQuietPeerThatAnswersPingsStays() {
    Node one = node(withPings(Duration.ofMillis(1)));
    Node two = node(withPings(Duration.ofMillis(1)));
    link(one, two);
    long before = bytesIn(one);
    await().atMost(Duration.ofSeconds(20)).until(() -> bytesIn(one) > before + 20);
    assertThat(one.heard.closed).isEmpty();
  }

  @Test
  void whoIsThereAnswersAProbeAndWhoIsNotDoesNot() {
    MemoryTransport mortal = host();
    Node dying = add(Node.start(mortal, rendezvous, SETTINGS));
    Node living = node(SETTINGS);
    Node asking = node(SETTINGS);
    link(dying, asking);
    link(living, asking);
    mortal.crash();
    AtomicInteger fromDying = new AtomicInteger();
    AtomicInteger fromLiving = new AtomicInteger();
    sessionOf(asking, dying).probe(fromDying::incrementAndGet);
    sessionOf(asking, living).probe(fromLiving::incrementAndGet);
    await().until(() -> fromLiving.get() == 1);
    assertThat(fromDying).hasValue(0);
  }

  @Test
  void aRetiringLinkIsReplacedByANewOneToTheSamePeer() {
    Tapped worn = new Tapped(network.join(HostRates.UNLIMITED));
    Node one = add(Node.start(worn, rendezvous, SETTINGS));
    Node two = node(SETTINGS);
    link(one, two);
    PeerSession before = sessionOf(one, two);
    worn.retiring.add(worn.open());
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> one.isLinkedTo(two) && sessionOf(one, two) != before && !before.isOpen());
    assertThat(sessionOf(one, two).isOpen()).isTrue();
    await().until(() -> two.heard.opened.size() == 2 && two.heard.closed.size() == 1);
  }

  @Test
  void nothingIsLeftRunningAfterTheEnd() {
    Node one = node(SETTINGS);
    Node two = node(SETTINGS);
    link(one, two);
    one.leave();
    two.leave();
    assertThat(one.heard.closed).hasSize(1);
    assertThat(two.heard.closed).hasSize(1);
    assertThat(one.mesh.threadsAreGone()).isTrue();
    assertThat(two.mesh.threadsAreGone()).isTrue();
  }

  /** Who says nothing for so long is asked, and given up after three seconds. */
  private static MeshSettings withPings(Duration interval) {
    Timing usual = SETTINGS.timing();
    Timing timing =
        new Timing(
            usual.answerTimeout(),
            usual.connectTimeout(),
            usual.checkInterval(),
            usual.announceInterval(),
            interval,
            Duration.ofSeconds(3),
            usual.drainLimit(),
            usual.offerInterval(),
            usual.idleBeforeEviction(),
            usual.ageBeforeEviction(),
            usual.retry(),
            usual.ban());
    return new MeshSettings(
        SETTINGS.targetConnections(),
        SETTINGS.maxConnections(),
        SETTINGS.maxInboxBytes(),
        SETTINGS.maxStrands(),
        timing,
        Node.HELLO,
        Optional.empty());
  }

  private static void trySend(PeerSession session) {
    try {
      session.send(MESSAGE);
    } catch (IOException closed) {
      assertThat(session.isOpen()).isFalse();
    }
  }

  private static long bytesIn(Node node) {
    return node.mesh.status().peers().stream().mapToLong(MeshStatus.Peer::bytesIn).sum();
  }

  private static PeerSession sessionOf(Node node, Node other) {
    return node.mesh.session(other.id()).orElseThrow();
  }

  private static void link(Node one, Node two) {
    one.mesh.addContext("cdn.example");
    two.mesh.addContext("cdn.example");
    await().until(() -> one.isLinkedTo(two) && two.isLinkedTo(one));
  }

  private MemoryTransport host() {
    return network.join(HostRates.UNLIMITED);
  }

  private Node node(MeshSettings settings) {
    return add(Node.start(host(), rendezvous, settings));
  }

  private Node add(Node node) {
    nodes.add(node);
    return node;
  }
}
