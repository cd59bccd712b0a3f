package dev.fugitive.proxy.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fugitive.proxy.http.RawClient;
import java.io.EOFException;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Origins that lie about their responses: nobody takes one for another, nothing wrong is kept. */
final class LyingOriginTest {
  private static final String KEPT = "Cache-Control: max-age=600\r\n";

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

  static Stream<Arguments> ambiguousHeads() {
    return Stream.of(
        Arguments.of("length and coding", "Content-Length: 2\r\nTransfer-Encoding: chunked"),
        Arguments.of("two lengths", "Content-Length: 2\r\nContent-Length: 3"),
        Arguments.of("signed length", "Content-Length: +2"),
        Arguments.of("unknown coding", "Transfer-Encoding: gzip"),
        Arguments.of("two codings", "Transfer-Encoding: gzip, chunked"),
        Arguments.of("space before the colon", "Content-Length : 2"),
        Arguments.of("folded line", "X: a\r\n Content-Length: 2"),
        Arguments.of("NUL", "X: a\u0000b\r\nContent-Length: 2"),
        Arguments.of("bare carriage return", "X: a\rSet-Cookie: b\r\nContent-Length: 2"),
        Arguments.of("600 fields", "X: y\r\n".repeat(600) + "Content-Length: 2"),
        Arguments.of("200 KiB of fields", "X: " + "y".repeat(200_000) + "\r\nContent-Length: 2"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ambiguousHeads")
  void aHeadThatCanBeReadInTwoWaysIsRefused(String what, String lines) throws IOException {
    origin.answering("/x", "HTTP/1.1 200 OK\r\n" + KEPT + lines + "\r\n\r\nok");
    RawClient.Received answer = node.get(origin.url("/x"));
    assertThat(answer.status()).as(answer.text()).isEqualTo(502);
    assertThat(node.counted("refused-origin-malformed")).isEqualTo(1);
    origin.answering("/x", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nwell");
    assertThat(node.get(origin.url("/x")).text()).isEqualTo("well");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 2\r\n\r\nok",
        "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
      })
  void whatFollowsAResponseIsNobodysAnswer(String framed) throws IOException {
    String surplus = "HTTP/1.1 200 OK\r\n" + KEPT + "Content-Length: 6\r\n\r\npoison";
    origin.answering("/evil", "HTTP/1.1 200 OK\r\n" + framed + surplus);
    for (int i = 0; i < 5; i++) {
      assertThat(node.get(origin.url("/evil")).text()).isEqualTo("ok");
      assertThat(node.get(origin.url("/victim" + i)).text()).isEqualTo("ok");
    }
  }

  @Test
  void aBodyShorterThanStatedIsBrokenOffAndNotKept() throws IOException {
    String head = "HTTP/1.1 200 OK\r\nConnection: close\r\n" + KEPT;
    origin.answering("/short", head + "Content-Length: 100000\r\n\r\nshort");
    try (RawClient client = node.connect()) {
      client.send("GET " + origin.url("/short") + " HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThatExceptionOfType(EOFException.class).isThrownBy(client::receive);
    }
    assertThat(node.counted("brokenOff")).isEqualTo(1);
    origin.answering("/short", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nwell");
    assertThat(node.get(origin.url("/short")).text()).isEqualTo("well");
  }

  @ParameterizedTest
  @ValueSource(strings = {"5\r\nab", "2\r\nab\r\n", "2\r\nabXX0\r\n\r\n", "zz\r\nab\r\n0\r\n\r\n"})
  void chunksThatBreakOffOrBreakTheRulesAreNotKept(String chunks) throws IOException {
    String head = "HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n" + KEPT;
    origin.answering("/chunks", head + "\r\n" + chunks);
    try (RawClient client = node.connect()) {
      client.send("GET " + origin.url("/chunks") + " HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(wholeStatus(client)).isIn(0, 502);
    }
    origin.answering("/chunks", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nwell");
    assertThat(node.get(origin.url("/chunks")).text()).isEqualTo("well");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST"})
  void whatFollowsAResponseThatPassedThroughIsNobodysAnswer(String method) throws IOException {
    String surplus =
        "HTTP/1.1 103 Early Hints\r\nLink: </evil>\r\n\r\n"
            + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison";
    origin.answering("/evil", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" + surplus);
    try (RawClient client = node.connect()) {
      for (int i = 0; i < 5; i++) {
        assertThat(client.send(upgrading(method, "/evil")).receive().text()).isEqualTo("ok");
        assertThat(client.send(upgrading("GET", "/victim")).receive().text()).isEqualTo("ok");
      }
      client.endSending();
      assertThat(client.rest()).isEmpty();
    }
  }

  private String upgrading(String method, String path) {
    return method
        + " "
        + origin.url(path)
        + " HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Upgrade: websocket\r\nConnection: Upgrade\r\n"})
  void aSwitchOfProtocolsThatNobodyAskedForIsRefused(String lines) throws IOException {
    origin.answering("/evil", "HTTP/1.1 101 Switching Protocols\r\n" + lines + "\r\npoison");
    try (RawClient client = node.connect()) {
      RawClient.Received answer = client.send(expecting("/evil")).receive();
      assertThat(answer.status()).as(answer.text()).isEqualTo(502);
      assertThat(client.send(expecting("/victim")).receive().text()).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"101 Switching Protocols", "099 Odd", "000 Odd"})
  void aStatusThatEndsNothingIsNoAnswer(String status) throws IOException {
    origin.answering("/evil", "HTTP/1.1 " + status + "\r\nContent-Length: 6\r\n\r\npoison");
    try (RawClient client = node.connect()) {
      RawClient.Received answer =
          client.send("GET " + origin.url("/evil") + " HTTP/1.1\r\nHost: a\r\n\r\n").receive();
      assertThat(answer.status()).as(answer.text()).isEqualTo(502);
      String victim = "GET " + origin.url("/victim") + " HTTP/1.1\r\nHost: a\r\n\r\n";
      assertThat(client.send(victim).receive().text()).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "099 Odd\r\nContent-Length: 2\r\n\r\nok",
        "200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
      })
  void whatCannotBePassedOnAsItIsMeantIsRefused(String answered) throws IOException {
    origin.answering("/evil", "HTTP/1.1 " + answered);
    RawClient.Received answer = node.ask(upgrading("GET", "/evil"));
    assertThat(answer.status()).as(answer.text()).isEqualTo(502);
  }

  @Test
  void interimResponsesThatTheClientDoesNotTakeAreBoundedToo() throws IOException {
    String ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    origin.answering("/flood", "HTTP/1.1 100 Continue\r\n\r\n".repeat(1000) + ok);
    assertThat(node.ask(upgrading("GET", "/flood")).status()).isEqualTo(502);
  }

  /** A request that the fetch path cannot express. */
  private String expecting(String path) {
    return "POST "
        + origin.url(path)
        + " HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi";
  }

  /** The status of a whole response, 0 for one that breaks off. */
  private static int wholeStatus(RawClient client) throws IOException {
    try {
      return client.receive().status();
    } catch (EOFException | NumberFormatException brokenOff) {
      return 0;
    }
  }

  @Test
  void earlyHintsReachTheClientAndAreBounded() throws IOException {
    String early = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n";
    String late = "HTTP/1.1 200 OK\r\n" + KEPT + "Content-Length: 2\r\n\r\nok";
    origin.answering("/hints", early + late);
    try (RawClient client = node.connect()) {
      client.send("GET " + origin.url("/hints") + " HTTP/1.1\r\nHost: a\r\n\r\n");
      RawClient.Received hint = client.receive();
      assertThat(hint.status()).isEqualTo(103);
      assertThat(hint.field("Link")).isEqualTo("</a.css>; rel=preload");
      assertThat(client.receive().text()).isEqualTo("ok");
    }
    assertThat(node.get(origin.url("/hints")).status()).isEqualTo(200);
    origin.answering("/flood", early.repeat(1000) + late);
    try (RawClient client = node.connect()) {
      client.send("GET " + origin.url("/flood") + " HTTP/1.1\r\nHost: a\r\n\r\n");
      int interim = 0;
      int status = client.receive().status();
      for (; status == 103; status = client.receive().status()) {
        interim++;
      }
      assertThat(status).isEqualTo(502);
      assertThat(interim).isLessThanOrEqualTo(16);
    }
  }
}
