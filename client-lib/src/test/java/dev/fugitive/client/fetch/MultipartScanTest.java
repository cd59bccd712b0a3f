package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import okio.Buffer;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is believed of a multipart/byteranges body, and what is not. */
final class MultipartScanTest {
  private static final String TWO =
      part("bytes 0-4/100", "Hello") + part("bytes 10-14/100", "World") + "--b--\r\n";

  private static String part(String range, String bytes) {
    return "--b\r\nContent-Type: text/plain\r\nContent-Range: "
        + range
        + "\r\n\r\n"
        + bytes
        + "\r\n";
  }

  private static List<String> scan(String body, int pieceBytes) {
    List<String> told = new ArrayList<>();
    MultipartScan scan =
        new MultipartScan("b", part -> told.add(part.range() + " " + part.bytes().string(LATIN1)));
    ByteString bytes = ByteString.encodeString(body, LATIN1);
    for (int at = 0; at < bytes.size(); at += pieceBytes) {
      scan.take(new Buffer().write(bytes.substring(at, Math.min(bytes.size(), at + pieceBytes))));
    }
    scan.end();
    assertThat(scan.isOver()).isTrue();
    return told;
  }

  private static final Charset LATIN1 = StandardCharsets.ISO_8859_1;

  @Property(tries = 50, seed = "2026")
  void itDoesNotMatterHowTheBytesCome(@ForAll @IntRange(min = 1, max = 200) int pieceBytes) {
    assertThat(scan("\r\n" + TWO, pieceBytes))
        .containsExactly("bytes 0-4/100 Hello", "bytes 10-14/100 World");
  }

  @Property(tries = 200, seed = "2026")
  void anyBytesAreTakenWithoutFailing(@ForAll @Size(max = 400) byte[] bytes) {
    String noise = new String(bytes, LATIN1);
    assertThat(scan(noise, 7)).isEmpty();
    assertThat(scan(part("bytes 0-4/100", "Hello") + noise, 7)).isEmpty();
  }

  @Test
  void theLastDelimiterNeedsNoEndOfLine() {
    assertThat(scan(part("bytes 0-4/5", "Hello") + "--b--", 3))
        .containsExactly("bytes 0-4/5 Hello");
  }

  @Test
  void aDelimiterWithinAPartsLengthIsItsOwnBytes() {
    String hidden = "\r\n--b\r\nContent-Range: bytes 50-54/100\r\n\r\nEVIL!\r\n--b--\r\n";
    String range = "bytes 0-" + (hidden.length() - 1) + "/100";
    assertThat(scan(part(range, hidden) + "--b--\r\n", 5)).containsExactly(range + " " + hidden);
  }

  @ParameterizedTest
  @CsvSource({
    "bytes 0-3/100, shorter than what comes",
    "bytes 0-9/100, longer than what comes",
    "bytes 4-0/100, backwards",
    "bytes 0-4/4, behind the end",
    "bytes 0-4/*, of a length unknown",
    "items 0-4/100, of no unit known",
    "bytes 0-99999999999999999999/100, without end"
  })
  void aPartThatIsNotAsLongAsItSaysIsNotBelieved(String range, String why) {
    assertThat(scan(part(range, "Hello") + part("bytes 50-54/100", "World") + "--b--\r\n", 4))
        .as(why)
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes 4-8/100",
        "bytes 0-4/100",
        "bytes 2-3/100",
        "bytes 10-14/101",
        "bytes 10-14/*"
      })
  void whatOverlapsOrContradictsAnEarlierPartEndsTheScan(String second) {
    assertThat(scan(part("bytes 0-4/100", "Hello") + part(second, "World") + "--b--\r\n", 4))
        .containsExactly("bytes 0-4/100 Hello");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--b\nContent-Range: bytes 0-4/9\n\nHello\n--b--\n",
        "--bb\r\nContent-Range: bytes 0-4/9\r\n\r\nHello\r\n--b--\r\n",
        "--b\r\nContent-Range: bytes 0-4/9\r\nContent-Range: bytes 5-9/9\r\n\r\nHello\r\n--b--\r\n",
        "--b\r\nContent-Range: bytes 0-4/9\r\n folded\r\n\r\nHello\r\n--b--\r\n",
        "--b\r\nContent-Range : bytes 0-4/9\r\n\r\nHello\r\n--b--\r\n",
        "--b\r\n\r\nHello\r\n--b--\r\n",
        "--b\r\nContent-Range: bytes 0-4/9\r\n\r\nHello--b--\r\n",
        "--b\r\nContent-Range: bytes 0-4/9\r\n\r\nHello\r\n--b-\r\n",
        "--b\r\nContent-Range: bytes 0-4/9\r\n\r\nHello\r\n",
        "a preamble\r\n--b\r\nContent-Range: bytes 0-4/9\r\n\r\nHello\r\n--b--\r\n"
      })
  void whatIsNotByTheLetterIsNotBelieved(String body) {
    assertThat(scan(body, 1000)).isEmpty();
  }

  @Test
  void partsHeadsAndTheirNumberHaveLimits() {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 2 * MultipartScan.MAX_PARTS; i++) {
      many.append(part("bytes %d-%d/10000".formatted(10 * i, 10 * i + 4), "Hello"));
    }
    assertThat(scan(many + "--b--\r\n", 100)).hasSize(MultipartScan.MAX_PARTS);
    String fields =
        "--b\r\n" + "X: y\r\n".repeat(17) + "Content-Range: bytes 0-4/9\r\n\r\nHello\r\n";
    assertThat(scan(fields + "--b--\r\n", 100)).isEmpty();
    String line =
        "--b\r\nX: " + "y".repeat(3000) + "\r\nContent-Range: bytes 0-4/9\r\n\r\nHello\r\n";
    assertThat(scan(line + "--b--\r\n", 100)).isEmpty();
  }

  @Test
  void aPartThatIsTooLongIsPassedOverAndTheNextIsTold() {
    int length = MultipartScan.MAX_PART_BYTES + 1;
    String body =
        part("bytes 0-" + (length - 1) + "/9000000", "x".repeat(length))
            + part("bytes 8000000-8000004/9000000", "World")
            + "--b--\r\n";
    assertThat(scan(body, 65_536)).containsExactly("bytes 8000000-8000004/9000000 World");
  }

  @Test
  void theBoundaryIsReadQuotedOrNot() {
    assertThat(MultipartScan.boundary("multipart/byteranges; boundary=THIS_1")).hasValue("THIS_1");
    assertThat(MultipartScan.boundary("Multipart/ByteRanges;boundary=\"a b\"")).hasValue("a b");
    assertThat(MultipartScan.boundary("multipart/byteranges")).isEmpty();
    assertThat(MultipartScan.boundary("multipart/mixed; boundary=b")).isEmpty();
    assertThat(MultipartScan.boundary("multipart/byteranges; boundary=" + "b".repeat(71)))
        .isEmpty();
  }
}
