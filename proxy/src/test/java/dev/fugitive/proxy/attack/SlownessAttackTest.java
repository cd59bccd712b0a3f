package dev.fugitive.proxy.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.fugitive.client.fetch.FetchListener;
import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.client.fetch.NodeSettings;
import dev.fugitive.proxy.http.RawClient;
import dev.fugitive.proxy.http.RawOrigin;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.junit.jupiter.api.Test;

/** Clients and origins that take their time, to hold what others need. */
final class SlownessAttackTest {
  private static final int HALF_SENT = 500;

  @Test
  void fiveHundredHalfSentRequestsDelayNobodyAndEndAtTheirDeadline() throws IOException {
    List<RawClient> attackers = new ArrayList<>();
    try (AttackedNode node = AttackedNode.impatient();
        Witness origin = new Witness()) {
      for (int i = 0; i < HALF_SENT; i++) {
        attackers.add(node.connect().send("GET http://a/ HTTP/1.1\r\nHost"));
      }
      long startedNanos = System.nanoTime();
      assertThat(node.get(origin.url("/")).text()).isEqualTo("ok");
      System.out.printf(
          "beside %d half-sent requests: %d ms%n",
          HALF_SENT, Duration.ofNanos(System.nanoTime() - startedNanos).toMillis());
      for (RawClient attacker : attackers) {
        assertThat(attacker.receive().status()).isEqualTo(408);
      }
      assertThat(node.counted("refused-head-too-slow")).isEqualTo(HALF_SENT);
    } finally {
      for (RawClient attacker : attackers) {
        attacker.close();
      }
    }
  }

  /** Sends a byte every tenth of a second until the other end has had enough. */
  private static void drip(RawClient client) {
    Thread.ofVirtual()
        .start(() -> {
          try {
            while (true) {
              client.send("a");
              LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
          } catch (IOException ended) {
            assertThat(ended).isNotNull();
          }
        });
  }

  @Test
  void aHeadThatDripsMeetsItsDeadlineAllTheSame() throws IOException {
    try (AttackedNode node = AttackedNode.impatient();
        RawClient client = node.connect()) {
      drip(client.send("GET http://a/ HTTP/1.1\r\nHost: a\r\nX: "));
      assertThat(client.receive().status()).isEqualTo(408);
      assertThat(node.counted("refused-head-too-slow")).isEqualTo(1);
    }
  }

  @Test
  void aBodyThatDripsIsGivenUp() throws IOException {
    try (AttackedNode node = AttackedNode.impatient();
        RawOrigin origin = RawOrigin.silent();
        RawClient client = node.connect()) {
      drip(
          client.send(
              "POST " + origin.url() + " HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"));
      assertThat(client.receive().status()).isEqualTo(408);
      assertThat(node.counted("refused-body-too-slow")).isEqualTo(1);
    }
  }

  @Test
  void aClientThatStopsReadingIsLetGoAndTheOriginWithIt() throws IOException {
    try (AttackedNode node = AttackedNode.impatient();
        RawOrigin origin = RawOrigin.endless();
        RawClient client = node.connect()) {
      client.send("GET " + origin.url() + " HTTP/1.1\r\nHost: a\r\n\r\n");
      await().atMost(Duration.ofSeconds(20)).until(origin::sawItsClientGo);
      assertThat(origin.sentBytes()).isLessThan(64L << 20);
      assertThat(node.counted("brokenOff")).isEqualTo(1);
    }
  }

  @Test
  void anOriginsHeadThatDripsMeetsItsDeadlineAllTheSame() throws IOException {
    OkHttpClient base = new OkHttpClient.Builder().readTimeout(Duration.ofSeconds(1)).build();
    try (FugitiveNode node = FugitiveNode.start(NodeSettings.inMemory(), FetchListener.NONE, base);
        RawOrigin origin =
            new RawOrigin(exchange -> {
              exchange.readHead();
              exchange.write("HTTP/1.1 200 OK\r\nX: ");
              while (true) {
                exchange.write("a");
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
              }
            })) {
      Request request = new Request.Builder().url(origin.url()).build();
      assertThatExceptionOfType(SocketTimeoutException.class)
          .isThrownBy(() -> node.asSent().newCall(request).execute());
      await().atMost(Duration.ofSeconds(20)).until(origin::sawItsClientGo);
    } finally {
      base.connectionPool().evictAll();
      base.dispatcher().executorService().shutdown();
    }
  }
}
