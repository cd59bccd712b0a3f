package dev.fugitive.client.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a response ends, and what came before it. */
final class ResponseWatchTest {
  private final List<String> interim = new ArrayList<>();

  private ResponseWatch watch(boolean toHead) {
    ResponseWatch watch = new ResponseWatch();
    watch.expect(
        toHead, (status, fields) -> interim.add(status + " " + fields.first("Link").orElse("")));
    return watch;
  }

  /** How many bytes of this are the response's. */
  private int ownOf(boolean toHead, String text, List<Integer> cuts) throws IOException {
    ResponseWatch watch = watch(toHead);
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    int taken = 0;
    int from = 0;
    for (int i = 0; from < bytes.length; i++) {
      int count =
          i < cuts.size() ? Math.min(cuts.get(i), bytes.length - from) : bytes.length - from;
      taken += watch.take(bytes, from, count);
      from += count;
    }
    return taken;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.1 100 Continue\n\nHTTP/1.1 200 OK\nContent-Length: 1\n\nx",
      })
  void whatComesBehindAResponseIsNotIts(String response) throws IOException {
    String surplus = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
    assertThat(ownOf(false, response + surplus, List.of())).isEqualTo(response.length());
  }

  @Test
  void aResponseToHeadEndsWithItsHead() throws IOException {
    String head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
    assertThat(ownOf(true, head + "hello", List.of())).isEqualTo(head.length());
  }

  @Test
  void withoutALengthEverythingIsTheResponse() throws IOException {
    String text = "HTTP/1.0 200 OK\r\n\r\nhello HTTP/1.1 200 OK\r\n\r\n";
    assertThat(ownOf(false, text, List.of())).isEqualTo(text.length());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5x\r\nhello\r\n0\r\n\r\n",
        "1000000000000005\r\nhello",
        "-5\r\nhello",
        "\r\nhello",
        "5\nhello\r\n0\r\n\r\n",
        "5;a\nb\r\nhello\r\n0\r\n\r\n",
        "5\r\nhelloX0\r\n\r\n",
        "5\r\nhello\r\n0\r\nX: y\n\r\n",
      })
  void chunksAreReadByTheLetter(String chunks) {
    String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> ownOf(false, head + chunks, List.of()));
  }

  @Test
  void headsInterimResponsesAndExtensionsAreBounded() {
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> ownOf(false, "HTTP/1.1 103 X\r\n\r\n".repeat(17), List.of()));
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> ownOf(false, "HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(600), List.of()));
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> ownOf(false, "HTTP/1.1 200 OK\r\nX: " + "y".repeat(200_000), List.of()));
    String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> ownOf(false, chunked + "1;" + "a".repeat(70_000), List.of()));
  }

  @Provide
  Arbitrary<List<Integer>> cuts() {
    return Arbitraries.integers().between(1, 30).list().ofMaxSize(40);
  }

  @Property(tries = 300, seed = "3")
  void cutsDoNotChangeWhereItEnds(@ForAll("cuts") List<Integer> cuts) throws IOException {
    interim.clear();
    String early = "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n";
    String processing = "HTTP/1.1 102 Processing\r\n\r\n";
    String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    String chunks = "3\r\nabc\r\n10;x\r\n0123456789abcdef\r\n0\r\nT: u\r\n\r\n";
    String response = early + processing + head + chunks;
    assertThat(ownOf(false, response + "HTTP/1.1 200 OK\r\n\r\n", cuts))
        .isEqualTo(response.length());
    assertThat(interim).containsExactly("103 a", "102 ");
  }
}
