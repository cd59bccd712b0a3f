package dev.fugitive.proxy.stun;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.proxy.stun.NatKind.Behaviour;
import dev.fugitive.proxy.stun.StunQuestion.Change;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each kind of NAT looks like to the tests, and the messages on a real socket. */
final class NatTestsTest {
  private static final InetSocketAddress SERVER = new InetSocketAddress("192.0.2.1", 3478);
  private static final InetSocketAddress OTHER = new InetSocketAddress("192.0.2.2", 3479);
  private static final InetSocketAddress PLAIN = new InetSocketAddress("192.0.2.9", 3478);

  /** A NAT between the asker and a server of RFC 5780. */
  private record Nat(Behaviour mapping, Behaviour filtering) {
    Optional<StunReply> ask(StunQuestion question) {
      boolean letIn =
          switch (filtering) {
            case NONE, ENDPOINT_INDEPENDENT -> true;
            case ADDRESS_DEPENDENT -> question.change() != Change.ADDRESS_AND_PORT;
            default -> question.change() == Change.NONE;
          };
      if (!letIn) {
        return Optional.empty();
      }
      InetSocketAddress to = question.to();
      int port =
          switch (mapping) {
            case NONE, ENDPOINT_INDEPENDENT -> 40_000;
            case ADDRESS_DEPENDENT -> 40_000 + to.getAddress().getAddress()[3];
            default -> 40_000 + to.getAddress().getAddress()[3] * 10 + to.getPort() % 10;
          };
      return Optional.of(
          new StunReply(
              new InetSocketAddress("198.51.100.7", port),
              to.equals(PLAIN) ? Optional.empty() : Optional.of(OTHER)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "NONE, ENDPOINT_INDEPENDENT",
    "ENDPOINT_INDEPENDENT, ENDPOINT_INDEPENDENT",
    "ENDPOINT_INDEPENDENT, ADDRESS_DEPENDENT",
    "ADDRESS_DEPENDENT, ADDRESS_DEPENDENT",
    "ADDRESS_AND_PORT_DEPENDENT, ADDRESS_AND_PORT_DEPENDENT"
  })
  void eachKindIsToldApart(Behaviour mapping, Behaviour filtering) throws IOException {
    Nat nat = new Nat(mapping, filtering);
    NatKind kind =
        new NatTests(nat::ask, address -> mapping == Behaviour.NONE).run(List.of(SERVER));
    assertThat(kind.mapping()).isEqualTo(mapping);
    assertThat(kind.filtering()).isEqualTo(filtering);
  }

  @Test
  void twoPlainServersTellWhetherTheMappingDependsOnThem() throws IOException {
    Nat hard = new Nat(Behaviour.ADDRESS_AND_PORT_DEPENDENT, Behaviour.UNKNOWN);
    NatKind kind = new NatTests(hard::ask, address -> false).run(List.of(PLAIN, SERVER));
    assertThat(kind.mapping()).isEqualTo(Behaviour.ADDRESS_AND_PORT_DEPENDENT);
    assertThat(kind.filtering()).isEqualTo(Behaviour.UNKNOWN);
    assertThat(new NatTests(hard::ask, address -> false).run(List.of(PLAIN)).mapping())
        .isEqualTo(Behaviour.UNKNOWN);
    assertThat(new NatTests(question -> Optional.empty(), address -> false).run(List.of(SERVER)))
        .isEqualTo(NatKind.unreachable());
  }

  @Test
  void aRealServerOnThisMachineSeesNoTranslation() throws Exception {
    Thread answering;
    try (DatagramSocket server = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      answering = Thread.ofVirtual().start(() -> answer(server));
      NatKind kind =
          StunClient.natKind(
              List.of(new InetSocketAddress(server.getLocalAddress(), server.getLocalPort())));
      assertThat(kind.mapping()).isEqualTo(Behaviour.NONE);
    }
    answering.join();
  }

  /** A server without a second address. */
  private static void answer(DatagramSocket server) {
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
        server.receive(packet);
        byte[] id = ByteBuffer.wrap(packet.getData()).slice(8, 12).array();
        byte[] transaction = new byte[12];
        System.arraycopy(id, 8, transaction, 0, 12);
        byte[] address = packet.getAddress().getAddress();
        ByteBuffer reply = ByteBuffer.allocate(32);
        reply.putShort((short) 0x0101).putShort((short) 12).putInt(0x2112A442).put(transaction);
        reply.putShort((short) 0x0020).putShort((short) 8).put((byte) 0).put((byte) 1);
        reply.putShort((short) (packet.getPort() ^ 0x2112));
        reply.putInt(ByteBuffer.wrap(address).getInt() ^ 0x2112A442);
        server.send(new DatagramPacket(reply.array(), 32, packet.getAddress(), packet.getPort()));
      }
    } catch (SocketException closed) {
      assertThat(server.isClosed()).isTrue();
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Property(tries = 500, seed = "2026")
  void noBytesBreakTheReader(@ForAll byte[] bytes) {
    ByteString transaction = ByteString.of(new byte[12]);
    assertThat(StunMessage.response(ByteBuffer.wrap(bytes), transaction)).isEmpty();
  }
}
