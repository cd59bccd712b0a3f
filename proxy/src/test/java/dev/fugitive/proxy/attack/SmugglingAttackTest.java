package dev.fugitive.proxy.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.proxy.http.RawClient;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Request smuggling: whatever the head says about its body, the origin never sees a second request,
 * the refusal is counted, and the connection ends.
 */
final class SmugglingAttackTest {
  private static AttackedNode node;
  private static Witness origin;

  @BeforeAll
  static void start() throws IOException {
    node = AttackedNode.usual();
    origin = new Witness();
  }

  @AfterAll
  static void stop() throws IOException {
    node.close();
    origin.close();
  }

  static Stream<Arguments> heads() {
    return Stream.of(
        head("CL.TE", "Content-Length: 6\r\nTransfer-Encoding: chunked", 400, "framing"),
        head("TE.CL", "Transfer-Encoding: chunked\r\nContent-Length: 4", 400, "framing"),
        head("TE.TE identity", "Transfer-Encoding: chunked, identity", 400, "framing"),
        head("TE.0 split", "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked", 501, ""),
        head("twice chunked", "Transfer-Encoding: chunked, chunked", 400, ""),
        head("TE in quotes", "Transfer-Encoding: \"chunked\"", 400, ""),
        head("TE with VT", "Transfer-Encoding:\u000bchunked", 400, "malformed-head"),
        head("TE with a space", "Transfer-Encoding : chunked", 400, "malformed-head"),
        head("TE on a folded line", "Transfer-Encoding:\r\n chunked", 400, "malformed-head"),
        head("TE after NUL", "X: \u0000\r\nTransfer-Encoding: chunked", 400, "malformed-head"),
        head("TE behind a bare CR", "X: y\rTransfer-Encoding: chunked", 400, "malformed-head"),
        head("TE behind a bare LF", "X: y\nTransfer-Encoding: chunked", 400, "malformed-head"),
        head("gzip before chunked", "Transfer-Encoding: gzip, chunked", 501, "transfer-coding"),
        head("CL twice", "Content-Length: 0\r\nContent-Length: 44", 400, "framing"),
        head("CL list", "Content-Length: 0, 44", 400, "framing"),
        head("CL with +", "Content-Length: +44", 400, "framing"),
        head("CL with -", "Content-Length: -0", 400, "framing"),
        head("CL in hexadecimal", "Content-Length: 0x2c", 400, "framing"),
        head("CL with an underscore", "Content-Length: 4_4", 400, "framing"),
        head("CL in other digits", "Content-Length: \u00b2", 400, "framing"),
        head("CL over 64 bits", "Content-Length: 18446744073709551660", 400, "framing"),
        head(
            "CL as Connection option", "Connection: Content-Length\r\nContent-Length: +4", 400, ""),
        head("Host twice", "Host: b", 400, "host"),
        head("expects what nobody knows", "Expect: 100-continue, x", 417, "expectation"));
  }

  private static Arguments head(String what, String lines, int status, String reason) {
    return Arguments.of(what, lines, status, reason);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("heads")
  void noSecondRequestHidesInTheBody(String what, String lines, int status, String reason)
      throws IOException {
    long before = node.counted("refused-" + reason);
    try (RawClient client = node.connect()) {
      client.send(
          "POST %s HTTP/1.1\r\nHost: a\r\n%s\r\n\r\n0\r\n\r\n".formatted(origin.url("/"), lines)
              + "GET %s HTTP/1.1\r\nHost: a\r\n\r\n".formatted(origin.url("/smuggled")));
      assertThat(client.receive().status()).isEqualTo(status);
      assertThat(ends(client)).isTrue();
    }
    assertThat(origin.asked("/smuggled")).isZero();
    if (!reason.isEmpty()) {
      assertThat(node.counted("refused-" + reason)).isEqualTo(before + 1);
    }
  }

  private static boolean ends(RawClient client) throws IOException {
    try {
      return client.isAtEnd();
    } catch (SocketException | EOFException reset) {
      return true;
    }
  }

  static Stream<Arguments> chunks() {
    return Stream.of(
        Arguments.of("size that overflows 32 bits", "100000004\r\nabcd\r\n0\r\n\r\n"),
        Arguments.of("size that overflows 64 bits", "10000000000000004\r\nabcd\r\n0\r\n\r\n"),
        Arguments.of("size with a sign", "+4\r\nabcd\r\n0\r\n\r\n"),
        Arguments.of("size with 0x", "0x4\r\nabcd\r\n0\r\n\r\n"),
        Arguments.of("size before a space and more", "4 4\r\nabcd\r\n0\r\n\r\n"),
        Arguments.of("LF behind a size", "4\nabcd\r\n0\r\n\r\n"),
        Arguments.of("LF in an extension", "4;a\nb\r\nabcd\r\n0\r\n\r\n"),
        Arguments.of("CR in an extension", "4;a\rb\r\nabcd\r\n0\r\n\r\n"),
        Arguments.of("quoted CR LF in an extension", "4;a=\"\r\nabcd\r\n0\r\n\r\n\"\r\n"),
        Arguments.of("more than the chunk", "4\r\nabcdef\r\n0\r\n\r\n"),
        Arguments.of("CR alone behind a chunk", "4\r\nabcd\r0\r\n\r\n"),
        Arguments.of("an extension without end", "4;" + "a".repeat(100_000)),
        Arguments.of("a trailer with a folded name", "0\r\n X: y\r\n\r\n"),
        Arguments.of("trailers without end", "0\r\n" + "X: y\r\n".repeat(20_000) + "\r\n"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("chunks")
  void noSecondRequestHidesInAChunk(String what, String chunks) throws IOException {
    String smuggled = "GET %s HTTP/1.1\r\nHost: a\r\n\r\n".formatted(origin.url("/smuggled"));
    try (RawClient client = node.connect()) {
      try {
        client.send(
            "POST %s HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    .formatted(origin.url("/chunked"))
                + chunks
                + smuggled);
      } catch (SocketException closed) {
        assertThat(closed).isNotNull();
      }
      for (int answers = 0; answers < 3 && !ended(client); answers++) {
        assertThat(answers).isLessThan(2);
      }
    }
    assertThat(origin.asked("/smuggled")).isLessThanOrEqualTo(legitimately(what));
  }

  /** A body that is well formed after all is followed by a request of its own. */
  private static long legitimately(String what) {
    return what.startsWith("quoted") ? 1 : 0;
  }

  private static boolean ended(RawClient client) throws IOException {
    try {
      client.receive();
      return false;
    } catch (EOFException | SocketException end) {
      return true;
    }
  }

  @Test
  void trailersOfARequestAreDropped() throws IOException {
    String body = "2\r\nab\r\n0\r\nContent-Length: 100\r\nHost: evil\r\nX-Trailer: 1\r\n\r\n";
    try (RawClient client = node.connect()) {
      client.send(
          "POST %s HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                  .formatted(origin.url("/trailers"))
              + body);
      assertThat(client.receive().status()).isEqualTo(200);
    }
    assertThat(String.join("", origin.heads())).doesNotContain("X-Trailer").doesNotContain("evil");
  }

  @Test
  void theUrlsHostWinsOverTheHostField() throws IOException {
    assertThat(node.get(origin.url("/host"), "X-Real: 1").status()).isEqualTo(200);
    assertThat(origin.heads().stream().filter(head -> head.startsWith("GET /host ")))
        .isNotEmpty()
        .allSatisfy(head -> assertThat(head).containsOnlyOnce("Host: 127.0.0.1:" + origin.port()));
  }
}
