package dev.fugitive.proxy.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fugitive.client.signalling.RendezvousClient;
import dev.fugitive.client.signalling.RendezvousSettings;
import dev.fugitive.client.transport.webrtc.WebRtcSettings;
import dev.fugitive.client.transport.webrtc.WebRtcTransport;
import dev.fugitive.client.transport.webrtc.WebRtcUnavailableException;
import dev.fugitive.client.wire.PeerMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Meshes over real data channels, brought together by a real server. */
final class WebRtcMeshTest {
  private final OkHttpClient http = new OkHttpClient();
  private final List<MeshNode> nodes = new ArrayList<>();
  private final RendezvousServer server;

  WebRtcMeshTest() throws IOException {
    server =
        RendezvousServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), RendezvousLimits.DEFAULT);
  }

  @AfterEach
  void stopEverything() {
    nodes.forEach(MeshNode::close);
    server.close();
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }

  @Test
  void threeNodesFindEachOtherTalkAndMissTheOneThatLeaves() throws Exception {
    MeshNode one = node(WebRtcSettings.DEFAULTS);
    MeshNode two = node(WebRtcSettings.DEFAULTS);
    MeshNode three = node(WebRtcSettings.DEFAULTS);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> nodes.stream().allMatch(node -> node.mesh.sessions().size() == 2));
    PeerMessage message = new PeerMessage.Close(7);
    one.mesh.session(two.id()).orElseThrow().send(message);
    await().until(() -> two.messages.contains(message));
    three.mesh.close();
    await().until(() -> !one.isLinkedTo(three) && !two.isLinkedTo(three));
    assertThat(one.closed).containsExactly("the peer closed: shutting down");
    assertThat(one.isLinkedTo(two)).isTrue();
    assertThat(nodes).allMatch(node -> node.mesh.status().refusedSignals() == 0);
  }

  @Test
  void aWornGenerationIsLeftForANewOneWithoutASessionMissing() throws Exception {
    MeshNode one = node(WebRtcSettings.DEFAULTS.withGeneration(50, 1 << 20));
    MeshNode two = node(WebRtcSettings.DEFAULTS);
    await().atMost(Duration.ofSeconds(30)).until(() -> one.isLinkedTo(two) && two.isLinkedTo(one));
    for (int i = 0; i < 60; i++) {
      two.mesh.session(one.id()).orElseThrow().send(new PeerMessage.Close(i));
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> {
          assertThat(one.isLinkedTo(two)).isTrue();
          return one.closed.size() == 1 && two.closed.size() == 1;
        });
    assertThat(one.messages).hasSize(60);
    two.mesh.session(one.id()).orElseThrow().send(new PeerMessage.Close(99));
    await().until(() -> one.messages.contains(new PeerMessage.Close(99)));
  }

  private MeshNode node(WebRtcSettings settings) throws WebRtcUnavailableException {
    RendezvousClient client =
        new RendezvousClient(
            server.url(), http, RendezvousSettings.DEFAULT, new Random(nodes.size()));
    MeshNode node = new MeshNode(WebRtcTransport.open(settings), client, MeshNode.SETTINGS);
    node.mesh.addContext("cdn.example");
    nodes.add(node);
    return node;
  }
}
