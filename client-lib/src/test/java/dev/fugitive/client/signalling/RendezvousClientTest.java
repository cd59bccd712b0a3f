package dev.fugitive.client.signalling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.peer.PeerInfo;
import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client against a server that does as it likes. */
final class RendezvousClientTest {
  private static final RendezvousSettings SETTINGS =
      new RendezvousSettings(
          new Backoff(Duration.ofMillis(10), Duration.ofMillis(100)),
          Duration.ofSeconds(1),
          Duration.ofSeconds(15),
          256 * 1024);

  /** For one attempt, not another within the test. */
  private static final RendezvousSettings ONCE =
      new RendezvousSettings(
          new Backoff(Duration.ofMinutes(1), Duration.ofMinutes(1)),
          Duration.ofSeconds(1),
          Duration.ofSeconds(15),
          256 * 1024);

  private static final ByteString CHALLENGE = ByteString.of(new byte[32]);
  private static final Presence NOBODY = new Presence(List.of(), 3);

  private final OkHttpClient http = new OkHttpClient();
  private final Identity identity = Identity.generate();
  private final MockWebServer server = new MockWebServer();
  private final Voices voices = new Voices();

  @BeforeEach
  void startTheServer() throws IOException {
    server.start();
  }

  @AfterEach
  void stopEverything() throws InterruptedException {
    server.close();
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
    assertThat(http.dispatcher().executorService().awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void itProvesItsKeyJoinsAndLeaves() throws ProtocolException {
    Host host = new Host();
    serve(host);
    try (Rendezvous.Membership membership = join()) {
      await().until(() -> voices.said.contains("joined"));
      assertThat(membership.status().state()).isEqualTo(RendezvousStatus.State.JOINED);
      assertThat(decode(host.heard.get(0)))
          .isInstanceOfSatisfying(
              ClientMessage.Join.class,
              joined -> {
                assertThat(joined.peer()).isEqualTo(identity.peerId());
                assertThat(joined.proves(CHALLENGE)).isTrue();
              });
      membership.update(new Presence(List.of(), 1));
      await().until(() -> host.heard.size() == 2);
    }
    await().until(() -> host.heard.size() == 3);
    assertThat(decode(host.heard.get(2))).isEqualTo(new ClientMessage.Leave());
  }

  @Test
  void itComesBackWithWhatItLastSaidOfItself() throws ProtocolException {
    Host first = new Host();
    Host second = new Host();
    serve(first);
    serve(second);
    Presence changed = new Presence(List.of(), 1);
    try (Rendezvous.Membership membership = join()) {
      await().until(() -> voices.said.contains("joined"));
      membership.update(changed);
      await().until(() -> first.heard.size() == 2);
      first.end();
      await().until(() -> second.heard.size() == 1);
      assertThat(decode(second.heard.getFirst()))
          .isInstanceOfSatisfying(
              ClientMessage.Join.class, joined -> assertThat(joined.presence()).isEqualTo(changed));
      assertThat(voices.said).contains("lost the rendezvous closed: 1001 bye");
    }
  }

  @Test
  void whoIsNotJoinedIsToldThatNothingCanBeCarried() {
    try (Rendezvous.Membership membership = join()) {
      SignedSignal signal =
          SignedSignal.sign(
              identity,
              identity.peerId(),
              ConnectionId.random(new Random(1)),
              new SignedSignal.Content.Declined("no"),
              Instant.EPOCH);
      assertThat(membership.relay(identity.peerId(), signal)).isFalse();
    }
  }

  @Test
  void aMessageWithoutEndIsCutOffBeforeItFillsTheMemory() {
    Host endless =
        new Host() {
          @Override
          public void onOpen(WebSocket socket, Response response) {
            socket.send(ByteString.of(new byte[8 * 1024 * 1024]));
          }
        };
    serve(endless);
    try (Rendezvous.Membership membership = join()) {
      await().until(() -> !voices.said.isEmpty());
      assertThat(voices.said.getFirst()).contains("bytes of one message: more than 1048576");
      assertThat(membership.status().state()).isNotEqualTo(RendezvousStatus.State.JOINED);
    }
  }

  @Test
  void aServerThatSpeaksAnotherLanguageIsLeftWithWords() {
    assertThat(lossWith(socket -> socket.send(ByteString.decodeHex("ff"))))
        .contains("does not speak as it should: array: not readable");
    assertThat(lossWith(socket -> socket.send("hello"))).contains("sent text");
    assertThat(lossWith(socket -> socket.send(welcome(2)))).contains("version: 2 (expected: 1)");
    assertThat(
            lossWith(socket -> {
              socket.send(welcome(1));
              socket.send(welcome(1));
            }))
        .contains("a second welcome");
    assertThat(lossWith(socket -> {})).contains("no answer to the join within PT1S");
  }

  @Test
  void aFloodOfMessagesDoesNotPileUp() {
    ByteString peers = SignallingCodec.encode(new RendezvousMessage.Peers(List.of()));
    Host flooding =
        new Host() {
          @Override
          public void onOpen(WebSocket socket, Response response) {
            socket.send(welcome(1));
            for (int i = 0; i < 100_000; i++) {
              socket.send(peers);
            }
          }
        };
    serve(flooding);
    voices.slow = true;
    try (Rendezvous.Membership membership = join()) {
      await()
          .until(() -> voices.said.stream().anyMatch(said -> said.contains("sends faster than")));
      assertThat(membership.status().state()).isNotEqualTo(RendezvousStatus.State.CLOSED);
    }
  }

  @Test
  void anAddressThatIsNoneIsRefused() {
    assertThatThrownBy(() -> new RendezvousClient("http://x", http, SETTINGS, new Random(1)))
        .hasMessageContaining("expected: ws://HOST:PORT");
  }

  private interface Manner {
    void with(WebSocket socket);
  }

  private String lossWith(Manner manner) {
    voices.said.clear();
    serve(
        new Host() {
          @Override
          public void onOpen(WebSocket socket, Response response) {
            manner.with(socket);
          }
        });
    try (Rendezvous.Membership membership = join(ONCE)) {
      await().until(() -> voices.said.stream().anyMatch(said -> said.startsWith("lost")));
      assertThat(membership.status().state()).isNotEqualTo(RendezvousStatus.State.JOINED);
      return voices.said.stream().filter(said -> said.startsWith("lost")).findFirst().orElseThrow();
    }
  }

  private Rendezvous.Membership join() {
    return join(SETTINGS);
  }

  private Rendezvous.Membership join(RendezvousSettings settings) {
    String url = server.url("/").toString().replace("http://", "ws://");
    return new RendezvousClient(url, http, settings, new Random(1)).join(identity, NOBODY, voices);
  }

  private void serve(Host host) {
    server.enqueue(new MockResponse.Builder().webSocketUpgrade(host).build());
  }

  private static ByteString welcome(int version) {
    return SignallingCodec.encode(new RendezvousMessage.Welcome(version, CHALLENGE));
  }

  private static ClientMessage decode(ByteString bytes) throws ProtocolException {
    return SignallingCodec.decodeFromClient(bytes);
  }

  /** A server that welcomes, and answers a join or an update with no peers. */
  private static class Host extends WebSocketListener {
    final List<ByteString> heard = new CopyOnWriteArrayList<>();
    private final List<WebSocket> sockets = new CopyOnWriteArrayList<>();

    @Override
    public void onOpen(WebSocket socket, Response response) {
      sockets.add(socket);
      socket.send(welcome(1));
    }

    @Override
    public void onMessage(WebSocket socket, ByteString bytes) {
      heard.add(bytes);
      socket.send(SignallingCodec.encode(new RendezvousMessage.Peers(List.of())));
    }

    @Override
    public void onClosing(WebSocket socket, int code, String reason) {
      socket.close(code, null);
    }

    void end() {
      sockets.forEach(socket -> socket.close(1001, "bye"));
    }
  }

  /** Writes down what it hears. */
  private static final class Voices implements RendezvousListener {
    final List<String> said = new CopyOnWriteArrayList<>();
    volatile boolean slow;

    @Override
    public void onJoined() {
      said.add("joined");
    }

    @Override
    public void onLost(String reason) {
      said.add("lost " + reason);
    }

    @Override
    public void onPeers(List<PeerInfo> peers) {
      if (slow) {
        LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
      }
    }

    @Override
    public void onRelayed(PeerId from, SignedSignal signal) {}

    @Override
    public void onPeerGone(PeerId peer) {}
  }
}
