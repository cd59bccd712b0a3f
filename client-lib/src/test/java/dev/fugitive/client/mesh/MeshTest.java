package dev.fugitive.client.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fugitive.client.signalling.MemoryRendezvous;
import dev.fugitive.client.transport.HostRates;
import dev.fugitive.client.transport.MemoryNetwork;
import dev.fugitive.client.transport.PathConditions;
import dev.fugitive.client.transport.RealTime;
import dev.fugitive.client.wire.PeerMessage;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MeshTest {
  private static final MeshSettings SETTINGS = MeshSettings.of(Node.HELLO);

  private final RealTime time = new RealTime("mesh-test");
  private final MemoryNetwork network = new MemoryNetwork(time, PathConditions.NONE, 1);
  private final MemoryRendezvous rendezvous = new MemoryRendezvous();

  @AfterEach
  void stopTheNetwork() {
    time.close();
  }

  @Test
  void twoNodesWithACommonContextFindEachOtherAndTalk() throws IOException {
    try (Node one = node();
        Node two = node()) {
      one.mesh.addContext("cdn.example");
      two.mesh.addContext("cdn.example");
      await().until(() -> one.isLinkedTo(two) && two.isLinkedTo(one));
      await().until(() -> one.heard.hellos.size() == 1 && two.heard.hellos.size() == 1);
      assertThat(one.heard.hellos).containsExactly(Node.HELLO);

      PeerMessage message = new PeerMessage.Close(7);
      one.mesh.session(two.id()).orElseThrow().send(message);
      await().until(() -> two.heard.messages.contains(message));
      await().until(() -> one.mesh.session(two.id()).orElseThrow().roundTripNanos() >= 0);

      one.leave();
      await().until(() -> two.heard.closed.size() == 1);
      assertThat(two.heard.closed.getFirst()).contains("the peer closed: shutting down");
      assertThat(one.heard.closed).hasSize(1);
      assertThat(two.mesh.sessions()).isEmpty();
    }
  }

  private Node node() {
    return Node.start(network.join(HostRates.UNLIMITED), rendezvous, SETTINGS);
  }
}
