package dev.fugitive.proxy.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.proxy.http.RawClient;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import okio.Buffer;
import okio.BufferedSink;
import okio.ByteString;
import okio.GzipSink;
import okio.Okio;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Little sent, much to do: floods and bombs cost the one who sends them. */
final class FloodAttackTest {
  private static final int FLOODS = 100;

  private AttackedNode node;
  private Witness origin;

  @BeforeEach
  void start() throws IOException {
    node = AttackedNode.usual();
    origin = new Witness();
  }

  @AfterEach
  void stop() throws IOException {
    node.close();
    origin.close();
  }

  /** What was answered, though the answer may come before all is sent. */
  private int statusOf(String request) throws IOException {
    try (RawClient client = node.connect()) {
      try {
        client.send(request);
      } catch (SocketException answeredAlready) {
        assertThat(answeredAlready).isNotNull();
      }
      return client.receive().status();
    }
  }

  @Test
  void tenThousandSmallFieldsAreRefusedAtTheFirstTooMany() throws IOException {
    String flood =
        "GET " + origin.url("/") + " HTTP/1.1\r\nHost: a\r\n" + "a: b\r\n".repeat(10_000) + "\r\n";
    long startedNanos = System.nanoTime();
    for (int i = 0; i < FLOODS; i++) {
      assertThat(statusOf(flood)).isEqualTo(431);
    }
    System.out.printf(
        "10,000 fields: %d ms a request%n",
        Duration.ofNanos(System.nanoTime() - startedNanos).toMillis() / FLOODS);
    assertThat(node.counted("refused-too-many-fields")).isEqualTo(FLOODS);
    assertThat(origin.heads()).isEmpty();
  }

  @Test
  void aHeadWithoutEndIsRefusedAtItsLimit() throws IOException {
    String head = "GET " + origin.url("/") + " HTTP/1.1\r\nHost: a\r\nX: ";
    assertThat(statusOf(head + "y".repeat(4_000_000))).isEqualTo(431);
    assertThat(statusOf("GET /" + "y".repeat(4_000_000))).isEqualTo(414);
    assertThat(statusOf("\r\n".repeat(100_000))).isEqualTo(400);
    assertThat(node.counted("refused-head-too-long")).isEqualTo(1);
    assertThat(node.counted("refused-request-line-too-long")).isEqualTo(1);
  }

  @Test
  void aThousandOverlappingRangesBringNoMoreThanTheWhole() throws IOException {
    String body = "0123456789".repeat(10_000);
    origin.answering(
        "/kept",
        "HTTP/1.1 200 OK\r\nCache-Control: max-age=600\r\nETag: \"a\"\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
    assertThat(node.get(origin.url("/kept")).text()).isEqualTo(body);
    for (String ranges :
        new String[] {
          IntStream.range(0, 1000).mapToObj(i -> i + "-").collect(Collectors.joining(",")),
          IntStream.range(0, 1000).mapToObj(i -> "0-99999").collect(Collectors.joining(",")),
          "0-,".repeat(1000) + "-1",
        }) {
      RawClient.Received answer = node.get(origin.url("/kept"), "Range: bytes=" + ranges);
      assertThat(answer.status()).isIn(200, 206, 400, 416);
      assertThat(answer.body().size()).isLessThan(2 * body.length());
    }
  }

  @Test
  void aDecompressionBombPassesUnopened() throws IOException {
    Buffer bomb = new Buffer();
    try (BufferedSink gzip = Okio.buffer(new GzipSink(bomb))) {
      gzip.write(new byte[20_000_000]);
    }
    ByteString coded = bomb.readByteString();
    origin.answering(
        "/bomb",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nCache-Control: max-age=600\r\nContent-Length: "
            + coded.size()
            + "\r\n\r\n"
            + coded.string(StandardCharsets.ISO_8859_1));
    for (int i = 0; i < 2; i++) {
      assertThat(node.get(origin.url("/bomb"), "Accept-Encoding: gzip").body()).isEqualTo(coded);
    }
    assertThat(origin.asked("/bomb")).isEqualTo(1);
  }

  @Test
  void noiseIsRefusedAndTheNextClientIsServed() throws IOException {
    Random random = new Random(4);
    for (int i = 0; i < 200; i++) {
      byte[] noise = new byte[1 + random.nextInt(2000)];
      random.nextBytes(noise);
      try (RawClient client = node.connect()) {
        client.send(noise).endSending();
        client.rest();
      } catch (SocketException reset) {
        assertThat(reset).isNotNull();
      }
    }
    assertThat(node.get(origin.url("/")).text()).isEqualTo("ok");
  }
}
