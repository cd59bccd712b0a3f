package dev.fugitive.proxy.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fugitive.client.mesh.MeshSettings;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.signalling.Backoff;
import dev.fugitive.client.signalling.RendezvousClient;
import dev.fugitive.client.signalling.RendezvousSettings;
import dev.fugitive.client.signalling.RendezvousStatus;
import dev.fugitive.client.transport.HostRates;
import dev.fugitive.client.transport.MemoryNetwork;
import dev.fugitive.client.transport.PathConditions;
import dev.fugitive.client.transport.RealTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RendezvousServerTest {
  private static final RendezvousSettings IMPATIENT =
      new RendezvousSettings(
          new Backoff(Duration.ofMillis(20), Duration.ofMillis(200)),
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          256 * 1024);

  private final OkHttpClient http = new OkHttpClient();
  private final RealTime time = new RealTime("rendezvous-test");
  private final MemoryNetwork network = new MemoryNetwork(time, PathConditions.NONE, 1);
  private final List<MeshNode> nodes = new ArrayList<>();

  private RendezvousServer server;

  @BeforeEach
  void startTheServer() throws IOException {
    server = serverOn(0);
  }

  @AfterEach
  void stopEverything() throws InterruptedException {
    nodes.forEach(MeshNode::close);
    server.close();
    time.close();
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
    assertThat(http.dispatcher().executorService().awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void tenNodesWithOneContextBecomeOneMesh() {
    for (int i = 0; i < 10; i++) {
      node(MeshNode.SETTINGS).mesh.addContext("cdn.example");
    }
    await().until(() -> nodes.stream().allMatch(node -> node.mesh.sessions().size() >= 8));
    assertThat(nodes).allMatch(node -> node.mesh.sessions().size() <= 12);
    assertThat(nodes).allMatch(node -> node.mesh.status().refusedSignals() == 0);
    assertThat(server.counters().peers()).isEqualTo(10);
    assertThat(server.counters().refusals()).isZero();
  }

  @Test
  void nodesWithoutACommonContextStayApart() {
    MeshNode one = node(MeshNode.SETTINGS);
    MeshNode two = node(MeshNode.SETTINGS);
    MeshNode three = node(MeshNode.SETTINGS);
    one.mesh.addContext("a.example");
    two.mesh.addContext("b.example");
    three.mesh.addContext("b.example");
    await().until(() -> two.isLinkedTo(three) && three.isLinkedTo(two));
    assertThat(one.mesh.sessions()).isEmpty();
  }

  @Test
  void theMaximumIsNeverPassedWhoeverAsks() {
    MeshSettings small = MeshNode.SETTINGS.withConnections(1, 2);
    for (int i = 0; i < 10; i++) {
      node(small).mesh.addContext("cdn.example");
    }
    await()
        .pollInterval(Duration.ofMillis(5))
        .until(() -> {
          // of links that are closing the status tells for a moment longer
          assertThat(nodes).allMatch(node -> node.mesh.sessions().size() <= 2);
          // where all others are full there is room nowhere for the last one
          return nodes.stream().filter(node -> node.mesh.sessions().isEmpty()).count() <= 1;
        });
  }

  @Test
  void openSessionsSurviveTheRendezvousAndNewcomersFindThemWhenItIsBack() throws IOException {
    MeshNode one = node(MeshNode.SETTINGS);
    MeshNode two = node(MeshNode.SETTINGS);
    one.mesh.addContext("cdn.example");
    two.mesh.addContext("cdn.example");
    await().until(() -> one.isLinkedTo(two) && two.isLinkedTo(one));
    PeerSession before = one.mesh.session(two.id()).orElseThrow();

    int port = server.address().getPort();
    server.close();
    await().until(() -> stateOf(one) == RendezvousStatus.State.WAITING);
    assertThat(before.isOpen()).isTrue();

    server = serverOn(port);
    await().until(() -> stateOf(one) == RendezvousStatus.State.JOINED);
    MeshNode three = node(MeshNode.SETTINGS);
    three.mesh.addContext("cdn.example");
    await().until(() -> one.isLinkedTo(three) && two.isLinkedTo(three));
    assertThat(one.mesh.session(two.id())).containsSame(before);
    assertThat(one.closed).isEmpty();
  }

  @Test
  void thePageSaysHowItGoes() throws IOException {
    try (Response response = get("/")) {
      assertThat(response.code()).isEqualTo(200);
      ResponseBody body = response.body();
      assertThat(body.string()).contains("Fugitive rendezvous: ready", "peers 0");
    }
    try (Response response = get("/else")) {
      assertThat(response.code()).isEqualTo(404);
    }
  }

  @Test
  void aWebPageIsShownTheDoor() throws IOException {
    Request request =
        new Request.Builder().url(httpUrl("/")).header("Origin", "https://evil.example").build();
    try (Response response = http.newCall(request).execute()) {
      assertThat(response.code()).isEqualTo(403);
    }
  }

  @Test
  void whoSendsGarbageIsRefusedAFewTimesAndThenClosedAndNobodyElseSuffers() {
    MeshNode one = node(MeshNode.SETTINGS);
    one.mesh.addContext("cdn.example");
    Closed closed = new Closed();
    WebSocket hostile = http.newWebSocket(new Request.Builder().url(server.url()).build(), closed);
    Random random = new Random(7);
    for (int i = 0; i < 17; i++) {
      byte[] garbage = new byte[random.nextInt(100)];
      random.nextBytes(garbage);
      hostile.send(ByteString.of(garbage));
    }
    await().until(() -> !closed.reason.isEmpty());
    assertThat(closed.reason).contains("too many refused messages, the last: MALFORMED");
    assertThat(server.counters().refusals()).isEqualTo(17);

    MeshNode two = node(MeshNode.SETTINGS);
    two.mesh.addContext("cdn.example");
    await().until(() -> one.isLinkedTo(two) && two.isLinkedTo(one));
  }

  @Test
  void anOversizedMessageEndsTheConnection() {
    Closed closed = new Closed();
    WebSocket hostile = http.newWebSocket(new Request.Builder().url(server.url()).build(), closed);
    hostile.send(ByteString.of(new byte[64 * 1024]));
    await().until(() -> !closed.reason.isEmpty());
    await().until(() -> server.counters().connections() == 0);
  }

  @Test
  void aPortInUseIsSaidInWords() {
    assertThatThrownBy(() -> serverOn(server.address().getPort()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the rendezvous cannot listen on");
  }

  private MeshNode node(MeshSettings settings) {
    RendezvousClient client =
        new RendezvousClient(server.url(), http, IMPATIENT, new Random(nodes.size()));
    MeshNode node = new MeshNode(network.join(HostRates.UNLIMITED), client, settings);
    nodes.add(node);
    return node;
  }

  private static RendezvousStatus.State stateOf(MeshNode node) {
    return node.mesh.status().rendezvous().state();
  }

  private Response get(String path) throws IOException {
    return http.newCall(new Request.Builder().url(httpUrl(path)).build()).execute();
  }

  private String httpUrl(String path) {
    return server.url().replace("ws://", "http://") + path;
  }

  private static RendezvousServer serverOn(int port) throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    return RendezvousServer.start(address, RendezvousLimits.DEFAULT);
  }

  /** Remembers why a WebSocket ended. */
  private static final class Closed extends WebSocketListener {
    volatile String reason = "";

    @Override
    public void onClosing(WebSocket socket, int code, String why) {
      reason = code + " " + why;
      socket.close(1000, null);
    }

    @Override
    public void onFailure(WebSocket socket, Throwable failure, @Nullable Response response) {
      reason = failure.toString();
    }
  }
}
