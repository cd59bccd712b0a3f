package dev.fugitive.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fugitive.proxy.http.FrontEndSettings.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who goes away, breaks off or is slow: the other end is told, or held back. */
final class PaceTest {
  private TestProxy proxy;

  @BeforeEach
  void start() throws IOException {
    proxy = new TestProxy(Limits.DEFAULT);
  }

  @AfterEach
  void stop() {
    proxy.close();
  }

  @Test
  void aBodyThatBreaksOffIsNotCompleted() throws Exception {
    try (RawOrigin broken =
            new RawOrigin(socket -> {
              socket.readHead();
              socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            });
        RawClient client = proxy.connect()) {
      client.send("GET " + broken.url() + " HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.line()).isEqualTo("HTTP/1.1 200 OK");
      String all = new String(client.rest(), StandardCharsets.ISO_8859_1);
      assertThat(all).contains("hello").doesNotEndWith("0\r\n\r\n");
    }
  }

  @Test
  void aClientThatGoesAwayCancelsTheOriginsWork() throws Exception {
    try (RawOrigin slow = RawOrigin.endless();
        RawClient client = proxy.connect()) {
      client.send("GET " + slow.url() + " HTTP/1.1\r\nHost: a\r\n\r\n");
      client.exactly(100_000);
      client.vanish();
      await().atMost(Duration.ofSeconds(10)).until(slow::sawItsClientGo);
    }
  }

  @Test
  void aClientThatGoesAwayWhileWaitingCancelsTheOriginsWork() throws Exception {
    try (RawOrigin silent = RawOrigin.silent();
        RawClient client = proxy.connect()) {
      client.send("GET " + silent.url() + " HTTP/1.1\r\nHost: a\r\n\r\n");
      await().atMost(Duration.ofSeconds(10)).until(silent::hasBeenAsked);
      client.endSending();
      await().atMost(Duration.ofSeconds(10)).until(silent::sawItsClientGo);
    }
  }

  @Test
  void aSlowReaderHoldsTheOriginBack() throws Exception {
    try (RawOrigin fast = RawOrigin.endless();
        RawClient client = new RawClient(proxy.address(), 4096)) {
      client.send("GET " + fast.url() + " HTTP/1.1\r\nHost: a\r\n\r\n");
      client.exactly(1);
      await()
          .atMost(Duration.ofSeconds(10))
          .pollInterval(Duration.ofMillis(300))
          .until(fast::hasStoppedSending);
      assertThat(fast.sentBytes()).isLessThan(24L << 20);
    }
  }

  @Test
  void aSlowOriginHoldsTheClientBack() throws Exception {
    try (RawOrigin slow = RawOrigin.silent();
        RawClient client = proxy.connect()) {
      client.send(
          "PUT " + slow.url() + " HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n");
      Flood flood = new Flood(client);
      await()
          .atMost(Duration.ofSeconds(10))
          .pollInterval(Duration.ofMillis(300))
          .until(flood::hasStopped);
      assertThat(flood.sentBytes()).isLessThan(24L << 20);
      client.vanish();
    }
  }
}
