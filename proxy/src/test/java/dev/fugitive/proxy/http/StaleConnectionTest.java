package dev.fugitive.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.fetch.FetchListener;
import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.client.fetch.NodeSettings;
import dev.fugitive.proxy.http.FrontEndSettings.Limits;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Origins that close idle connections at the moment at which the next request comes (RFC 9112
 * section 9.3.1), and those that close instead of answering: what may be sent twice is, what may
 * not (RFC 9110 section 9.2.2) never is.
 */
final class StaleConnectionTest {
  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: ([0-9]+)\r\n");
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  /** What arrived whole: the method and the length of the body. */
  private final List<String> arrived = new CopyOnWriteArrayList<>();

  private FugitiveNode node;
  private TestProxy proxy;

  @BeforeEach
  void start() throws IOException {
    node = FugitiveNode.start(NodeSettings.inMemory(), FetchListener.NONE);
    proxy = new TestProxy(Limits.DEFAULT, node.asSent());
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    node.close();
  }

  /** Answers one request on each connection; the next one's first byte ends it. */
  private RawOrigin closingWhenTheNextComes() throws IOException {
    return new RawOrigin(exchange -> {
      take(exchange);
      exchange.write(OK);
      exchange.in().read();
    });
  }

  /** Takes a second request on a connection to its end, and ends it without an answer. */
  private RawOrigin deafToTheNext() throws IOException {
    return new RawOrigin(exchange -> {
      take(exchange);
      exchange.write(OK);
      take(exchange);
    });
  }

  /** Takes a request on each connection to its end, and ends it without an answer. */
  private RawOrigin deaf() throws IOException {
    return new RawOrigin(this::take);
  }

  private void take(RawOrigin.Exchange exchange) throws IOException {
    String head = exchange.readHead();
    Matcher stated = LENGTH.matcher(head);
    long length =
        stated.find()
            ? exchange.in().readNBytes(Integer.parseInt(stated.group(1))).length
            : head.toLowerCase(Locale.ROOT).contains("chunked") ? chunks(exchange) : 0;
    arrived.add(head.substring(0, head.indexOf(' ')) + " " + length);
  }

  private static long chunks(RawOrigin.Exchange exchange) throws IOException {
    long length = 0;
    for (int size = size(exchange); size > 0; size = size(exchange)) {
      length += exchange.in().readNBytes(size).length;
      line(exchange);
    }
    line(exchange);
    return length;
  }

  private static int size(RawOrigin.Exchange exchange) throws IOException {
    return Integer.parseInt(line(exchange), 16);
  }

  private static String line(RawOrigin.Exchange exchange) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int value = exchange.in().read(); value != '\n'; value = exchange.in().read()) {
      if (value < 0) {
        throw new EOFException("end of the connection in a line");
      }
      line.append((char) value);
    }
    return line.toString().strip();
  }

  private int ask(RawOrigin origin, String method, int bodyBytes) throws IOException {
    String framing = bodyBytes == 0 ? "" : "Content-Length: " + bodyBytes + "\r\n";
    return ask(origin.url(), method, framing, "x".repeat(bodyBytes));
  }

  private int askInChunks(RawOrigin origin, String method, int bodyBytes) throws IOException {
    String body = Integer.toHexString(bodyBytes) + "\r\n" + "x".repeat(bodyBytes) + "\r\n0\r\n\r\n";
    return ask(origin.url(), method, "Transfer-Encoding: chunked\r\n", body);
  }

  private int ask(String url, String method, String framing, String body) throws IOException {
    try (RawClient client = proxy.connect()) {
      client.send(method + " " + url + " HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n");
      return client.send(body).receive(method.equals("HEAD")).status();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, 0",
    "OPTIONS, 0",
    "DELETE, 0",
    "DELETE, 10",
    "PUT, 0",
    "PUT, 1000",
    "PUT, 65536",
    "PUT, 65537",
    "PUT, 1000000",
    "POST, 0",
    "POST, 1000",
    "POST, 1000000",
    "PATCH, 10"
  })
  void aConnectionThatClosesAsTheRequestComesIsNoticedByNobody(String method, int bodyBytes)
      throws IOException {
    try (RawOrigin origin = closingWhenTheNextComes()) {
      assertThat(ask(origin, "GET", 0)).isEqualTo(200);
      assertThat(ask(origin, method, bodyBytes)).isEqualTo(200);
      assertThat(ask(origin, method, bodyBytes)).isEqualTo(200);
    }
    String request = method + " " + bodyBytes;
    assertThat(arrived).containsExactly("GET 0", request, request);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 65_536, 300_000})
  void norWhereTheBodysLengthIsNotKnownBefore(int bodyBytes) throws IOException {
    try (RawOrigin origin = closingWhenTheNextComes()) {
      assertThat(ask(origin, "GET", 0)).isEqualTo(200);
      assertThat(askInChunks(origin, "PUT", bodyBytes)).isEqualTo(200);
      assertThat(askInChunks(origin, "POST", bodyBytes)).isEqualTo(200);
    }
    assertThat(arrived).containsExactly("GET 0", "PUT " + bodyBytes, "POST " + bodyBytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT"})
  void everyIdleConnectionMayBeOneThatCloses(String method) throws Exception {
    CyclicBarrier together = new CyclicBarrier(8);
    AtomicInteger connections = new AtomicInteger();
    try (RawOrigin origin =
        new RawOrigin(exchange -> {
          take(exchange);
          if (connections.getAndIncrement() < 8) {
            await(together);
          }
          exchange.write(OK);
          exchange.in().read();
        })) {
      List<Thread> clients = new ArrayList<>();
      AtomicInteger answered = new AtomicInteger();
      for (int i = 0; i < 8; i++) {
        String url = origin.url() + i;
        clients.add(Thread.startVirtualThread(() -> answered.addAndGet(answers(url) ? 1 : 0)));
      }
      for (Thread client : clients) {
        client.join();
      }
      assertThat(answered).hasValue(8);
      assertThat(ask(origin, method, method.equals("PUT") ? 10 : 0)).isEqualTo(200);
    }
    assertThat(arrived).hasSize(9);
  }

  private boolean answers(String url) {
    try {
      return ask(url, "GET", "", "") == 200;
    } catch (IOException unanswered) {
      return false;
    }
  }

  private static void await(CyclicBarrier barrier) throws IOException {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IOException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({"POST, 0", "POST, 1000", "PATCH, 10", "PUT, 65537", "X-METHOD, 10"})
  void whatMayNotBeSentTwiceIsNot(String method, int bodyBytes) throws IOException {
    try (RawOrigin origin = deaf()) {
      assertThat(ask(origin, method, bodyBytes)).isEqualTo(502);
    }
    assertThat(arrived).containsExactly(method + " " + bodyBytes);
  }

  @Test
  void aBodyThatProvesTooLongToKeepIsNotSentTwice() throws IOException {
    try (RawOrigin origin = deaf()) {
      assertThat(askInChunks(origin, "PUT", 65_537)).isEqualTo(502);
    }
    assertThat(arrived).containsExactly("PUT 65537");
  }

  @ParameterizedTest
  @CsvSource({"PUT, 65536", "DELETE, 10"})
  void whatMayBeSentTwiceIsTheSameTheSecondTime(String method, int bodyBytes) throws IOException {
    try (RawOrigin origin = deafToTheNext()) {
      assertThat(ask(origin, "GET", 0)).isEqualTo(200);
      assertThat(ask(origin, method, bodyBytes)).isEqualTo(200);
    }
    String request = method + " " + bodyBytes;
    assertThat(arrived).containsExactly("GET 0", request, request);
  }

  @Test
  void aBodyThatItsClientBreaksOffIsNotTriedAgain() throws IOException {
    AtomicInteger connections = new AtomicInteger();
    try (RawOrigin origin =
        new RawOrigin(exchange -> {
          connections.incrementAndGet();
          take(exchange);
        })) {
      assertThat(
              ask(
                  origin.url(),
                  "PUT",
                  "Transfer-Encoding: chunked\r\n",
                  "5\r\nhello\r\nno size\r\n"))
          .isEqualTo(400);
    }
    assertThat(arrived).isEmpty();
    assertThat(connections).hasValueLessThanOrEqualTo(1);
  }
}
