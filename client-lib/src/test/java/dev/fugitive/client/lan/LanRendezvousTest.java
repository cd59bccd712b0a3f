package dev.fugitive.client.lan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.signalling.LanMessage;
import dev.fugitive.client.signalling.LanMessage.Greeting;
import dev.fugitive.client.signalling.LanMessage.Present;
import dev.fugitive.client.signalling.Presence;
import dev.fugitive.client.signalling.RendezvousStatus;
import dev.fugitive.client.signalling.SignallingCodec;
import dev.fugitive.client.signalling.SignedSignal;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LanRendezvousTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final LanAddress HERE = new LanAddress("lo", LOOPBACK, 8);

  private final MemoryDiscovery discovery = new MemoryDiscovery();
  private final List<LanNode> nodes = new ArrayList<>();

  @AfterEach
  void everythingEnds() {
    nodes.forEach(LanNode::close);
    await().until(() -> discovery.size() == 0);
    await().until(() -> LanThreads.running().isEmpty());
  }

  @Test
  void nodesOnOneNetworkFindEachOtherAndCarrySignals() {
    LanNode one = node(1);
    LanNode two = node(2);
    LanNode three = node(3);
    await()
        .untilAsserted(() -> {
          assertThat(one.peers()).containsExactlyInAnyOrder(two.id(), three.id());
          assertThat(two.peers()).containsExactlyInAnyOrder(one.id(), three.id());
          assertThat(three.peers()).containsExactlyInAnyOrder(one.id(), two.id());
        });
    SignedSignal signal = one.signal(two);
    assertThat(one.membership.relay(two.id(), signal)).isTrue();
    await().until(() -> two.heardFrom(one.id()).contains(signal));
    assertThat(one.membership.status().state()).isEqualTo(RendezvousStatus.State.JOINED);
    await().until(() -> one.membership.status().detail().contains("2 nodes at lo"));
  }

  @Test
  void whoLeavesIsMissedAtOnceAndWhoComesBackIsFound() {
    LanNode one = node(1);
    LanNode two = node(2);
    await().until(() -> one.peers().contains(two.id()));
    two.close();
    await().until(() -> one.gone.contains(two.id()));
    assertThat(one.membership.relay(two.id(), one.signal(two))).isFalse();
    LanNode again = add(new LanNode(two.identity, discovery, () -> List.of(HERE), 4));
    await().until(() -> one.peers().contains(again.id()) && again.peers().contains(one.id()));
  }

  @Test
  void whoHasNoRoomSaysSo() {
    LanNode one = node(1);
    LanNode two = node(2);
    await().until(() -> one.peers().contains(two.id()) && two.peers().contains(one.id()));
    two.membership.update(new Presence(List.of(), 0));
    await()
        .until(() -> {
          one.membership.update(new Presence(List.of(), 4));
          return one.slotsOf(two.id()) == 0;
        });
  }

  @Test
  void whereNothingCanBeAnnouncedTheStatusSaysWhyAndTheNodeGoesOn() {
    discovery.broken = "no multicast here";
    LanNode one = node(1);
    await().until(() -> one.membership.status().detail().contains("no multicast here"));
    assertThat(one.membership.status().state()).isEqualTo(RendezvousStatus.State.WAITING);
    assertThat(one.joined).hasValue(0);
  }

  @Test
  void aMachineWithoutANetworkSaysSo() {
    LanNode one = add(new LanNode(Identity.generate(), discovery, List::of, 1));
    await()
        .until(
            () -> one.membership.status().detail().contains("no interface with a private address"));
  }

  @Test
  void whoDoesNotProveItsKeyIsNobody() throws IOException {
    LanNode one = node(1);
    await().until(() -> discovery.size() == 1);
    try (Socket socket = new Socket(LOOPBACK, discovery.port())) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      Greeting theirs = (Greeting) read(in);
      Identity liar = Identity.generate();
      ByteString challenge = ByteString.of(new byte[32]);
      send(socket, new Greeting(1, challenge));
      Present stolen =
          new Present(
              Identity.generate().peerId(),
              4,
              Present.prove(liar, 4, theirs.challenge(), challenge).proof());
      send(socket, stolen);
      assertThat(read(in)).isInstanceOf(Present.class);
      assertThat(in.read()).isEqualTo(-1);
    }
    assertThat(one.peers()).isEmpty();
  }

  @Test
  void aProofHoldsForOneConversation() throws IOException {
    LanNode one = node(1);
    await().until(() -> discovery.size() == 1);
    Identity honest = Identity.generate();
    ByteString challenge = ByteString.of(new byte[32]);
    Present recorded;
    try (Socket socket = new Socket(LOOPBACK, discovery.port())) {
      Greeting theirs = (Greeting) read(new DataInputStream(socket.getInputStream()));
      recorded = Present.prove(honest, 4, theirs.challenge(), challenge);
      send(socket, new Greeting(1, challenge));
      send(socket, recorded);
      await().until(() -> one.peers().contains(honest.peerId()));
    }
    await().until(() -> one.gone.contains(honest.peerId()));
    try (Socket socket = new Socket(LOOPBACK, discovery.port())) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      read(in);
      send(socket, new Greeting(1, challenge));
      send(socket, recorded);
      read(in);
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void nonsenseAndTooMuchOfItEndTheConversation() throws IOException {
    node(1);
    await().until(() -> discovery.size() == 1);
    try (Socket socket = new Socket(LOOPBACK, discovery.port())) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      read(in);
      socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8));
      assertThat(in.read()).isEqualTo(-1);
    }
    try (Socket socket = new Socket(LOOPBACK, discovery.port())) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      Greeting theirs = (Greeting) read(in);
      ByteString challenge = ByteString.of(new byte[32]);
      send(socket, new Greeting(1, challenge));
      send(socket, Present.prove(Identity.generate(), 4, theirs.challenge(), challenge));
      assertThat(read(in)).isInstanceOf(Present.class);
      assertThat(floodUntilItEnds(socket, in)).isTrue();
    }
  }

  @Test
  void oneAddressHasOnlySoManyConversations() throws IOException {
    node(1);
    await().until(() -> discovery.size() == 1);
    List<Socket> sockets = new ArrayList<>();
    int refused = 0;
    for (int i = 0; i < 20; i++) {
      Socket socket = new Socket(LOOPBACK, discovery.port());
      sockets.add(socket);
      refused += socket.getInputStream().read() == -1 ? 1 : 0;
    }
    assertThat(refused).isGreaterThanOrEqualTo(11);
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  @Test
  void nobodyHasUsCallElsewhere() throws IOException {
    LanNode one =
        add(
            new LanNode(
                Identity.generate(),
                discovery,
                () -> List.of(new LanAddress("lo", LOOPBACK, 32)),
                1));
    await().until(() -> discovery.size() == 1);
    AtomicInteger calls = new AtomicInteger();
    try (ServerSocket other = new ServerSocket(0, 8, InetAddress.getByName("127.0.0.2"));
        ServerSocket same = new ServerSocket(0, 8, LOOPBACK)) {
      Thread counting = Thread.ofVirtual().start(() -> count(other, calls));
      discovery.rumour(
          new Announcement("ffffffffffffffff", other.getLocalPort()), other.getInetAddress());
      discovery.rumour(new Announcement("fffffffffffffffe", same.getLocalPort()), LOOPBACK);
      same.accept().close();
      assertThat(calls).hasValue(0);
      counting.interrupt();
    }
    assertThat(one.peers()).isEmpty();
  }

  private static void count(ServerSocket server, AtomicInteger calls) {
    try {
      server.accept().close();
      calls.incrementAndGet();
    } catch (IOException closed) {
      assertThat(server.isClosed()).isTrue();
    }
  }

  private static boolean floodUntilItEnds(Socket socket, DataInputStream in) throws IOException {
    try {
      for (int i = 0; i < 10_000; i++) {
        send(socket, new LanMessage.Slots(1));
      }
      return in.read() == -1;
    } catch (IOException reset) {
      return true;
    }
  }

  private static LanMessage read(DataInputStream in) throws IOException {
    return SignallingCodec.decodeFromNeighbour(ByteString.of(in.readNBytes(in.readInt())));
  }

  private static void send(Socket socket, LanMessage message) throws IOException {
    ByteString bytes = SignallingCodec.encode(message);
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    out.writeInt(bytes.size());
    out.write(bytes.toByteArray());
  }

  private LanNode node(long seed) {
    return add(new LanNode(Identity.generate(), discovery, () -> List.of(HERE), seed));
  }

  private LanNode add(LanNode node) {
    nodes.add(node);
    return node;
  }
}
