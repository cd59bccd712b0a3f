package dev.fugitive.client.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fugitive.client.signalling.MemoryRendezvous;
import dev.fugitive.client.transport.HostRates;
import dev.fugitive.client.transport.Introduction;
import dev.fugitive.client.transport.Link;
import dev.fugitive.client.transport.MemoryNetwork;
import dev.fugitive.client.transport.MemoryTransport;
import dev.fugitive.client.transport.PathConditions;
import dev.fugitive.client.transport.RealTime;
import dev.fugitive.client.transport.RecordingListener;
import dev.fugitive.client.transport.Transport;
import dev.fugitive.client.wire.PeerMessage.Chunks;
import dev.fugitive.client.wire.PeerMessage.Encoding;
import dev.fugitive.client.wire.PeerMessage.Supports;
import dev.fugitive.client.wire.WireLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Two nodes of which one sends bulk through an uplink that holds it back all the time, and is
 * shared now and then: the rate falls as if a window were cut.
 */
final class StrandsTest {
  private static final MeshSettings SETTINGS = MeshSettings.of(Node.HELLO);
  private static final int PAYLOAD_BYTES = 16 * 1024;

  /** Frames under way: a quarter of a second at the uplink's rate. */
  private static final int AHEAD = 32;

  private final RealTime time = new RealTime("strands-test");
  private final MemoryNetwork network =
      new MemoryNetwork(time, new PathConditions(Duration.ofMillis(5), 0), 1);
  private final MemoryRendezvous rendezvous = new MemoryRendezvous();
  private final MemoryTransport slow =
      network.join(new HostRates(16_000_000, Long.MAX_VALUE, Long.MAX_VALUE));
  private final MemoryTransport fast = network.join(HostRates.UNLIMITED);
  private final Tapped sending = new Tapped(slow);
  private final Tapped receiving = new Tapped(fast);
  private final List<Node> nodes = new ArrayList<>();
  private final RecordingListener otherEnd = new RecordingListener();
  private final Link other =
      Introduction.between(slow, otherEnd, fast, new RecordingListener()).offering();
  private long otherNanos = System.nanoTime();
  private int sent;

  @AfterEach
  void stopEverything() {
    nodes.forEach(Node::close);
    time.close();
  }

  @Test
  void bulkThatIsHeldBackOpensStrandsAndAllOfItArrivesOnce() throws Exception {
    Node sender = node(sending, SETTINGS);
    Node receiver = node(receiving, SETTINGS);
    PeerSession session = meet(sender, receiver);
    saySupport(receiver);
    sendUntil(session, receiver, this::strandsCarry);
    patiently().until(() -> numbers(receiver).size() == sent);
    assertThat(numbers(receiver))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, sent).boxed().toList());
    assertThat(sender.mesh.sessions()).hasSize(1);
    assertThat(sender.mesh.status().peers()).hasSize(1);
  }

  @Test
  void aStrandWhoseCarrierRetiresIsClosedAndTheSessionGoesOn() throws Exception {
    Node sender = node(sending, SETTINGS);
    Node receiver = node(receiving, SETTINGS);
    PeerSession session = meet(sender, receiver);
    saySupport(receiver);
    sendUntil(session, receiver, this::strandsCarry);
    Tapped.Tap worn = receiving.opened().get(1);
    receiving.retiring.add(worn.link());
    patiently().until(() -> !worn.isOpen);
    assertThat(session.isOpen()).isTrue();
    assertThat(sender.mesh.sessions()).containsExactly(session);
  }

  @Test
  void theSessionGoesOnWhenItsStrandsBreak() throws Exception {
    Node sender = node(sending, SETTINGS);
    Node receiver = node(receiving, SETTINGS);
    PeerSession session = meet(sender, receiver);
    saySupport(receiver);
    sendUntil(session, receiver, this::strandsCarry);
    receiving.opened().stream().skip(1).forEach(tap -> tap.link().close("cut"));
    patiently().until(() -> session.strands() == 1);
    int last = sent;
    session.send(chunk(last));
    patiently().until(() -> numbers(receiver).contains(last));
    assertThat(session.isOpen()).isTrue();
  }

  /** What is sent unasked, together with its voucher, must not come before it. */
  @Test
  void theFirstEightChunksOfAContentGoOverTheLinkItself() throws Exception {
    Node sender = node(sending, SETTINGS);
    Node receiver = node(receiving, SETTINGS);
    PeerSession session = meet(sender, receiver);
    saySupport(receiver);
    sendUntil(session, receiver, this::strandsCarry);
    patiently().until(() -> numbers(receiver).size() == sent);
    int before = framesOverStrands();
    for (int chunk = 0; chunk < WireLimits.MAX_SENT_CHUNKS; chunk++) {
      session.send(chunk(chunk));
    }
    patiently().until(() -> numbers(receiver).size() == sent + WireLimits.MAX_SENT_CHUNKS);
    assertThat(framesOverStrands()).isEqualTo(before);
  }

  private int framesOverStrands() {
    return receiving.opened().stream().skip(1).mapToInt(tap -> tap.frames.get()).sum();
  }

  @Test
  void strandsEndWithTheirSession() throws Exception {
    Node sender = node(sending, SETTINGS);
    Node receiver = node(receiving, SETTINGS);
    PeerSession session = meet(sender, receiver);
    saySupport(receiver);
    sendUntil(session, receiver, this::strandsCarry);
    session.close("enough");
    patiently().until(() -> open(receiving) == 0 && open(sending) == 0);
  }

  @Test
  void aMalformedFrameOnAStrandBansThePeer() throws Exception {
    Node liar = node(sending, SETTINGS);
    Node honest = node(receiving, SETTINGS);
    PeerSession session = meet(liar, honest);
    saySupport(honest);
    sendUntil(session, honest, this::strandsCarry);
    sending.opened().get(1).link().send(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    patiently().until(() -> honest.mesh.status().bans().size() == 1);
    assertThat(honest.mesh.status().bans().getFirst().id()).isEqualTo(liar.id());
    patiently().until(() -> open(receiving) == 0);
  }

  @Test
  void aPeerThatDoesNotKnowStrandsIsOfferedNone() throws Exception {
    Node sender = node(sending, SETTINGS);
    Node receiver = node(receiving, SETTINGS);
    PeerSession session = meet(sender, receiver);
    sendUntil(session, receiver, () -> numbers(receiver).size() >= 200);
    assertThat(sending.opened()).hasSize(1);
  }

  @Test
  void aPeerThatHasNoPlaceForStrandsGetsEverythingOverTheLink() throws Exception {
    Node sender = node(sending, SETTINGS);
    Node receiver = node(receiving, SETTINGS.withMaxStrands(0));
    PeerSession session = meet(sender, receiver);
    saySupport(receiver);
    int before = sending.taps.size();
    sendUntil(session, receiver, () -> sending.taps.size() == before + 3);
    patiently().until(() -> numbers(receiver).size() == sent);
    assertThat(receiving.opened()).hasSize(1);
    assertThat(session.strands()).isEqualTo(1);
  }

  /** The receiver has heard something over each of three strands. */
  private boolean strandsCarry() {
    return receiving.opened().stream().skip(1).filter(tap -> tap.frames.get() > 0).count() >= 3;
  }

  private static long open(Tapped transport) {
    return transport.taps.stream().filter(tap -> tap.isOpen).count();
  }

  private PeerSession meet(Node sender, Node receiver) {
    sender.mesh.addContext("cdn.example");
    receiver.mesh.addContext("cdn.example");
    patiently().until(() -> sender.isLinkedTo(receiver) && receiver.isLinkedTo(sender));
    return sender.mesh.session(receiver.id()).orElseThrow();
  }

  private static void saySupport(Node receiver) throws IOException {
    receiver.mesh.sessions().getFirst().send(new Supports(Supports.STRANDS));
  }

  private void sendUntil(PeerSession session, Node receiver, Callable<Boolean> enough) {
    patiently()
        .until(() -> {
          while (sent - numbers(receiver).size() < AHEAD) {
            session.send(chunk(sent));
            sent++;
          }
          shareNowAndThen();
          return enough.call();
        });
  }

  /** A quarter of a second at half the rate in each second. */
  private void shareNowAndThen() throws IOException {
    if (System.nanoTime() - otherNanos > 900_000_000L) {
      otherNanos = System.nanoTime();
      for (int i = 0; i < AHEAD / 2; i++) {
        other.send(ByteBuffer.allocate(PAYLOAD_BYTES));
      }
    }
  }

  private static Chunks chunk(int number) {
    return new Chunks(
        1, number, 1, Encoding.PLAIN, List.of(), ByteBuffer.wrap(new byte[PAYLOAD_BYTES]));
  }

  private static List<Integer> numbers(Node receiver) {
    return receiver.heard.messages.stream()
        .filter(Chunks.class::isInstance)
        .map(message -> ((Chunks) message).firstChunk())
        .toList();
  }

  private static ConditionFactory patiently() {
    return await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(2));
  }

  private Node node(Transport transport, MeshSettings settings) {
    Node node = Node.start(transport, rendezvous, settings);
    nodes.add(node);
    return node;
  }
}
