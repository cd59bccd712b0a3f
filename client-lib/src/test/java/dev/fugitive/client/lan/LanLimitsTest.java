package dev.fugitive.client.lan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.signalling.LanMessage;
import dev.fugitive.client.signalling.LanMessage.Greeting;
import dev.fugitive.client.signalling.LanMessage.Present;
import dev.fugitive.client.signalling.SignallingCodec;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okio.ByteString;
import org.junit.jupiter.api.Test;

/** What a caller on the local network may cost. */
final class LanLimitsTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Test
  void whoSaysByteAfterByteHasNoMoreTimeToProveItsKeyThanOthers() throws Exception {
    RecordingOwner owner = new RecordingOwner();
    try (Pair pair = new Pair()) {
      start(pair, Duration.ofMillis(300), owner);
      assertThatThrownBy(
              () -> {
                // a greeting of a thousand bytes, one of them each time
                pair.caller.getOutputStream().write(new byte[] {0, 0, 3, (byte) 0xe8});
                await()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> {
                      pair.caller.getOutputStream().write(1);
                      return false;
                    });
              })
          .isInstanceOf(IOException.class);
      assertThat(owner.ended.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isNotEmpty();
    }
  }

  @Test
  void aConnectionTellsItsEndWhateverItsOwnerDoes() throws Exception {
    RecordingOwner owner =
        new RecordingOwner() {
          @Override
          public void established(LanConnection connection) {
            throw new IllegalStateException("an owner's mistake");
          }
        };
    try (Pair pair = new Pair()) {
      Thread reader = start(pair, PATIENCE, owner);
      introduce(pair.caller);

      assertThat(owner.ended.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("broken");
      reader.join();
    }
  }

  @Test
  void aStationThatCannotTakeCallsDoesNotSpin() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    ServerSocket full =
        new ServerSocket() {
          @Override
          public Socket accept() throws IOException {
            calls.incrementAndGet();
            throw new IOException("too many open files");
          }
        };
    LanStation station = new LanStation(new LanAddress("lo", LOOPBACK, 8), full);
    Thread accepting = Thread.ofVirtual().start(() -> station.accept(socket -> {}));
    await().atMost(PATIENCE).until(() -> calls.get() >= 2);
    station.close();
    accepting.join();
    // pauses that double from 50 ms to 5 s leave no more in all the time that is waited for
    assertThat(calls).hasValueLessThan(20);
  }

  private static Thread start(Pair pair, Duration handshake, LanConnection.Owner owner) {
    LanConnection connection =
        new LanConnection(pair.called, Identity.generate(), false, handshake, owner);
    return Thread.ofVirtual().uncaughtExceptionHandler((thread, expected) -> {}).start(connection);
  }

  private static void introduce(Socket caller) throws IOException {
    DataInputStream in = new DataInputStream(caller.getInputStream());
    Greeting theirs =
        (Greeting) SignallingCodec.decodeFromNeighbour(ByteString.of(in.readNBytes(in.readInt())));
    ByteString challenge = ByteString.of(new byte[Greeting.CHALLENGE_BYTES]);
    send(caller, new Greeting(Greeting.VERSION, challenge));
    send(caller, Present.prove(Identity.generate(), 4, theirs.challenge(), challenge));
  }

  private static void send(Socket to, LanMessage message) throws IOException {
    ByteString bytes = SignallingCodec.encode(message);
    DataOutputStream out = new DataOutputStream(to.getOutputStream());
    out.writeInt(bytes.size());
    out.write(bytes.toByteArray());
  }

  /** Two ends of a connection. */
  private static final class Pair implements AutoCloseable {
    final Socket caller;
    final Socket called;

    Pair() throws IOException {
      try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
        caller = new Socket(LOOPBACK, server.getLocalPort());
        called = server.accept();
      }
    }

    @Override
    public void close() throws IOException {
      try (caller) {
        called.close();
      }
    }
  }

  private static class RecordingOwner implements LanConnection.Owner {
    final CompletableFuture<String> ended = new CompletableFuture<>();

    @Override
    public int freeSlots() {
      return 1;
    }

    @Override
    public void established(LanConnection connection) {}

    @Override
    public void heard(LanConnection connection, LanMessage message) {}

    @Override
    public void ended(LanConnection connection, String reason) {
      ended.complete(reason);
    }
  }
}
