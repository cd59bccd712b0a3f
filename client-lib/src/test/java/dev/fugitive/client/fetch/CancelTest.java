package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.transport.PathConditions;
import java.io.IOException;
import java.time.Duration;
import mockwebserver3.MockWebServer;
import okhttp3.Call;
import okhttp3.Request;
import okhttp3.Response;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who does not want a body any more frees the peer that sends it. */
class CancelTest {
  private static final int LENGTH = 24 * 1024 * 1024;

  private final MockWebServer server = new MockWebServer();
  private final RangeOrigin origin = new RangeOrigin(TestNodes.body(LENGTH));
  private TestNodes nodes;
  private FugitiveNode alice;
  private FugitiveNode bob;

  @BeforeEach
  void start() throws IOException {
    server.setDispatcher(origin);
    server.start();
    nodes = new TestNodes(server.getHostName() + ":" + server.getPort());
    alice = nodes.start();
    bob = nodes.start(alice.peerId());
    try (Response response = call(alice).execute()) {
      response.body().bytes();
    }
    nodes.awaitHolding(bob, alice, server.url("/a"));
    nodes
        .network()
        .path(nodes.host(alice), nodes.host(bob), new PathConditions(Duration.ofMillis(10), 0));
  }

  @AfterEach
  void close() throws IOException {
    nodes.close();
    server.close();
  }

  @Test
  void closingABodyStopsThePeerAndFreesItsSlot() throws IOException {
    try (Response response = call(bob).execute()) {
      response.body().source().readByteArray(100_000);
    }

    assertStopped();
  }

  @Test
  void cancellingACallStopsThePeerAndFreesItsSlot() throws IOException {
    Call call = call(bob);
    try (Response response = call.execute()) {
      response.body().source().readByteArray(100_000);
      call.cancel();
      assertStopped();
    }
  }

  @Test
  void manyCancelledCallsLeaveNothingBehind() throws IOException {
    for (int i = 0; i < 200; i++) {
      Call call = call(bob);
      try (Response response = call.execute()) {
        response.body().source().readByteArray(1 + i);
        call.cancel();
      }
    }

    assertStopped();
    assertThat(bob.peerNetwork().mesh().sessions()).hasSize(1);
    assertThat(bob.status().contents().contents()).isLessThanOrEqualTo(1);
    patiently().until(() -> fetching() == 0);
    assertThat(bob.peerNetwork().mesh().status().bans()).isEmpty();
    try (Response response = call(bob).execute()) {
      assertThat(response.body().byteString()).isEqualTo(origin.body());
    }
  }

  /**
   * A slot is free once the Close was heard; from then on no frame is sent. Who comes as the last
   * reader leaves has the fetch begun again, and that ends a little later.
   */
  private void assertStopped() {
    patiently().during(Duration.ofMillis(100)).until(this::isIdle);
    long framesThen = alice.peerNetwork().uploads().status().frames();
    patiently()
        .during(Duration.ofMillis(100))
        .until(() -> alice.peerNetwork().uploads().status().frames() == framesThen);
  }

  private boolean isIdle() {
    return bob.peerNetwork().downloads().count() == 0
        && alice.peerNetwork().uploads().status().active().isEmpty();
  }

  private static long fetching() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("download-"))
        .count();
  }

  private static ConditionFactory patiently() {
    return Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(2));
  }

  private Call call(FugitiveNode node) {
    return node.asSent().newCall(new Request.Builder().url(server.url("/a")).build());
  }
}
