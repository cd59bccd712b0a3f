package dev.fugitive.cache.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ByteRange;
import dev.fugitive.cache.content.ByteRanges;
import dev.fugitive.cache.content.ContentId;
import java.time.Instant;
import java.util.Optional;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a partial response is kept, combined, and used. */
final class PartialResponseTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final ByteString NAME = ByteString.of(new byte[ContentId.ROOT_BYTES]);
  private static final String URL = "http://origin.test/a";

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          bytes 0-4/10; 0; 4; 10
          BYTES  0-4/10; 0; 4; 10
          bytes 9-9/10; 9; 9; 10
          bytes 0-999999999999/1000000000000; 0; 999999999999; 1000000000000
          """)
  void aContentRangeIsReadAsItStands(String value, long first, long last, long complete) {
    ContentRange range = ContentRange.parse(value).orElseThrow();
    assertThat(range.first()).isEqualTo(first);
    assertThat(range.last()).isEqualTo(last);
    assertThat(range.completeLength()).hasValue(complete);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes 5-4/10",
        "bytes 0-10/10",
        "bytes 0-4",
        "bytes */10",
        "bytes -4/10",
        "items 0-4/10",
        "bytes 0-4/10, bytes 5-9/10",
        "bytes 0-99999999999999999999/999999999999999999999"
      })
  void anInvalidContentRangeIsNone(String value) {
    assertThat(ContentRange.parse(value)).isEmpty();
    assertThat(arrival("bytes=0-4", value, "\"1\"", 5)).isEmpty();
  }

  @Test
  void aPartBecomesTheHeadOfAWhole() {
    PartialResponse.Arrival arrival =
        arrival("bytes=0-4", "bytes 0-4/10", "\"1\"", 5).orElseThrow();
    assertThat(arrival.from()).isZero();
    assertThat(arrival.until()).isEqualTo(5);
    ResponseHead head = arrival.response().wholeHead();
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.fields().has("Content-Range")).isFalse();
    assertThat(head.fields().first("Content-Length")).hasValue("10");
  }

  @Test
  void whatNobodyAskedForAndWhatIsPrivateIsNotKept() {
    assertThat(
            PartialResponse.partly(
                new RequestHead("GET", URL, Fields.EMPTY),
                part("bytes 0-4/10", "\"1\"", 5),
                NOW,
                NOW,
                NAME))
        .isEmpty();
    ResponseHead part = part("bytes 0-4/10", "\"1\"", 5);
    ResponseHead secret = new ResponseHead(206, "", part.fields().with("Cache-Control", "private"));
    assertThat(PartialResponse.partly(range("bytes=0-4"), secret, NOW, NOW, NAME)).isEmpty();
    assertThat(arrival("bytes=0-4", "bytes 0-4/*", "\"1\"", 5)).isEmpty();
    assertThat(arrival("bytes=0-4", "bytes 0-4/10", "\"1\"", 4)).isEmpty();
  }

  @Test
  void aContradictionLeavesWhatIsCertain() {
    PartialResponse.Arrival arrival = arrival("bytes=-5", "bytes 4-9/10", "\"1\"", 5).orElseThrow();
    PartialResponse partial = arrival.response();
    assertThat(arrival.until()).isEqualTo(9);
    assertThat(partial.lengthKnown()).isFalse();
    assertThat(partial.combinesWith(partial)).isFalse();
    PartialUse use = PartialUse.of(range("bytes=-1"), partial, ByteRanges.of(4, 9), NOW);
    assertThat(use)
        .isInstanceOfSatisfying(
            PartialUse.Answer.class,
            answer ->
                assertThat(
                        partial
                            .withoutDoubt(((CacheDecision.Serve) answer.decision()).head())
                            .fields()
                            .first("Content-Range"))
                    .hasValue("bytes 8-8/*"));
    assertThat(Completion.of(get(), partial, ByteRanges.of(4, 9), NOW)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"'\"1\"',true", "'\"2\"',false", "'W/\"1\"',false"})
  void onlyTheSameStrongValidatorCombines(String tag, boolean combines) {
    PartialResponse first =
        arrival("bytes=0-4", "bytes 0-4/10", "\"1\"", 5).orElseThrow().response();
    PartialResponse second = arrival("bytes=5-9", "bytes 5-9/10", tag, 5).orElseThrow().response();
    PartialResponse longer =
        arrival("bytes=5-9", "bytes 5-9/11", "\"1\"", 5).orElseThrow().response();
    assertThat(first.combinesWith(second)).isEqualTo(combines);
    assertThat(first.combinesWith(longer)).isFalse();
  }

  @Test
  void aRangeIsServedOnlyWhereAllOfItIsHere() {
    PartialResponse partial =
        arrival("bytes=0-4", "bytes 0-4/10", "\"1\"", 5).orElseThrow().response();
    ByteRanges held = ByteRanges.of(0, 5);
    assertThat(PartialUse.of(range("bytes=1-3"), partial, held, NOW))
        .isInstanceOf(PartialUse.Answer.class);
    assertThat(PartialUse.of(range("bytes=1-5"), partial, held, NOW))
        .isInstanceOf(PartialUse.None.class);
    assertThat(PartialUse.of(range("bytes=10-"), partial, held, NOW))
        .isInstanceOf(PartialUse.Answer.class);
    assertThat(PartialUse.of(get(), partial, held, NOW)).isInstanceOf(PartialUse.None.class);
    assertThat(PartialUse.of(range("bytes=1-3"), partial, held, NOW.plusSeconds(61)))
        .isInstanceOfSatisfying(
            PartialUse.Validate.class,
            validate ->
                assertThat(validate.asked().forward().fields().first("Range"))
                    .hasValue("bytes=1-3"));
  }

  @Test
  void theRestIsAskedForOnConditionThatNothingChanged() {
    PartialResponse partial =
        arrival("bytes=0-4", "bytes 0-4/10", "\"1\"", 5).orElseThrow().response();
    Completion completion = Completion.of(get(), partial, ByteRanges.of(0, 5), NOW).orElseThrow();
    assertThat(completion.gap()).isEqualTo(new ByteRange(5, 10));
    assertThat(completion.forward().fields().first("Range")).hasValue("bytes=5-");
    assertThat(completion.forward().fields().first("If-Range")).hasValue("\"1\"");

    assertThat(completion.judge(part("bytes 5-9/10", "\"1\"", 5), NOW, NOW))
        .isInstanceOf(Completion.Outcome.Combined.class);
    for (ResponseHead other :
        new ResponseHead[] {
          part("bytes 5-9/10", "\"2\"", 5),
          part("bytes 5-8/10", "\"1\"", 4),
          part("bytes 0-4/10", "\"1\"", 5),
          part("bytes 5-9/11", "\"1\"", 5),
          part("bytes 9-5/10", "\"1\"", 5),
          new ResponseHead(416, "", Fields.EMPTY)
        }) {
      assertThat(completion.judge(other, NOW, NOW))
          .isInstanceOf(Completion.Outcome.StartOver.class);
    }
    assertThat(completion.judge(new ResponseHead(200, "", Fields.EMPTY), NOW, NOW))
        .isInstanceOf(Completion.Outcome.PassOn.class);
  }

  @Test
  void severalRangesAreOneMessageOfExactlyItsLength() {
    StoredResponse stored =
        arrival("bytes=0-4", "bytes 0-4/1000", "\"1\"", 5).orElseThrow().response().whole();
    RangeRequest.Several several =
        (RangeRequest.Several) RangeRequest.parse("bytes=0-1,500-509", 1000);
    MultipartRanges parts = MultipartRanges.of(stored, several);
    long expected =
        parts.sections().stream().mapToLong(one -> one.before().size()).sum()
            + 2
            + 10
            + parts.end().size();
    assertThat(parts.length()).isEqualTo(expected);
    assertThat(parts.sections().getLast().before().utf8())
        .isEqualTo(
            "\r\n--%s\r\nContent-Type: text/plain\r\nContent-Range: bytes 500-509/1000\r\n\r\n"
                .formatted(parts.boundary()));
    assertThat(parts.end().utf8()).isEqualTo("\r\n--" + parts.boundary() + "--\r\n");
  }

  private static Optional<PartialResponse.Arrival> arrival(
      String asked, String contentRange, String tag, long length) {
    return PartialResponse.partly(range(asked), part(contentRange, tag, length), NOW, NOW, NAME);
  }

  private static ResponseHead part(String contentRange, String tag, long length) {
    return new ResponseHead(
        206,
        "Partial Content",
        Fields.of(
            "Cache-Control",
            "max-age=60",
            "Content-Type",
            "text/plain",
            "ETag",
            tag,
            "Content-Range",
            contentRange,
            "Content-Length",
            Long.toString(length)));
  }

  private static RequestHead range(String value) {
    return new RequestHead("GET", URL, Fields.of("Range", value));
  }

  private static RequestHead get() {
    return new RequestHead("GET", URL, Fields.EMPTY);
  }
}
