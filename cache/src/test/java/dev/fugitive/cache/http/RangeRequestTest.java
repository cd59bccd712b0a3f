package dev.fugitive.cache.http;

import static dev.fugitive.cache.http.Exchange.after;
import static dev.fugitive.cache.http.Exchange.date;
import static dev.fugitive.cache.http.Exchange.get;
import static dev.fugitive.cache.http.Exchange.ok;
import static dev.fugitive.cache.http.Exchange.request;
import static dev.fugitive.cache.http.Exchange.response;
import static dev.fugitive.cache.http.Exchange.stored;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RangeRequestTest {
  @ParameterizedTest(name = "{0} of {1} bytes: {2}")
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          # RFC 9110 section 14.1.2
          bytes=0-0; 1000; 0-0
          bytes=0-499; 1000; 0-499
          bytes=500-999; 1000; 500-999
          bytes=500-; 1000; 500-999
          bytes=-500; 1000; 500-999
          bytes=-5000; 1000; 0-999
          bytes=0-5000; 1000; 0-999
          bytes=999-; 1000; 999-999
          BYTES=0-1; 1000; 0-1
          bytes= 0-1; 1000; 0-1
          bytes=0-99999999999999999999999; 1000; 0-999
          # not satisfiable
          bytes=1000-; 1000; none
          bytes=1000-1001; 1000; none
          bytes=99999999999999999999999-; 1000; none
          bytes=-0; 1000; none
          bytes=0-; 0; none
          bytes=-1; 0; none
          # several: apart, touching, overlapping, close together, some not satisfiable
          bytes=0-1,500-501; 1000; 0-1,500-501
          bytes=500-501,0-1; 1000; 500-501,0-1
          bytes=0-99,100-199; 1000; 0-199
          bytes=0-99,50-199; 1000; 0-199
          bytes=0-99,150-199; 1000; 0-199
          bytes=0-1,5-6; 1000; 0-6
          bytes=0-99,-100; 1000; 0-99,900-999
          bytes=, 0-1,, 500-501 ,; 1000; 0-1,500-501
          bytes=0-1,2000-2001; 1000; 0-1
          bytes=2000-2001,3000-; 1000; none
          bytes=0-1,99999999999999999999-; 1000; 0-1
          # more than two overlaps, or more bytes than the whole has: the whole
          bytes=0-,1-,2-,3-; 1000; whole
          bytes=0-450,540-999; 1000; whole
          # malformed, or of another unit: ignored
          bytes=0-1,x; 1000; whole
          bytes=0-1,5-4; 1000; whole
          bytes=1-0; 1000; whole
          bytes=; 1000; whole
          bytes=-; 1000; whole
          bytes=a-b; 1000; whole
          bytes=+1-2; 1000; whole
          bytes=1--2; 1000; whole
          bytes 0-1; 1000; whole
          items=0-1; 1000; whole
          """)
  void oneRangeIsReadAgainstTheLength(String value, long length, String expected) {
    assertThat(describe(RangeRequest.parse(value, length))).isEqualTo(expected);
  }

  private static String describe(RangeRequest range) {
    return switch (range) {
      case RangeRequest.Whole whole -> "whole";
      case RangeRequest.Part part -> part.first() + "-" + part.last();
      case RangeRequest.Several several ->
          several.parts().stream().map(RangeRequestTest::describe).collect(joining(","));
      case RangeRequest.Unsatisfiable none -> "none";
    };
  }

  @Property(tries = 3000, seed = "2026")
  void aPartIsNeverEmptyAndNeverBeyondTheEnd(
      @ForAll String text, @ForAll @LongRange(min = 0, max = 5000) long length) {
    for (String value : new String[] {text, "bytes=" + text, "bytes=" + text.hashCode() + "-"}) {
      if (RangeRequest.parse(value, length) instanceof RangeRequest.Part part) {
        assertThat(part.first()).isBetween(0L, part.last());
        assertThat(part.last()).isLessThan(length);
      }
    }
  }

  @Test
  void ifRangeHoldsByStrongComparisonOnly() {
    StoredResponse strong = stored("ETag", "\"a\"");
    assertThat(ranged(strong, "\"a\"")).isEqualTo("0-1");
    assertThat(ranged(strong, "\"b\"")).isEqualTo("whole");
    assertThat(ranged(strong, "W/\"a\"")).isEqualTo("whole");
    assertThat(ranged(strong, "a")).isEqualTo("whole");
    assertThat(ranged(stored("ETag", "W/\"a\""), "W/\"a\"")).isEqualTo("whole");
  }

  @Test
  void ifRangeWithADateHoldsWhereItIsExactAndStrong() {
    StoredResponse old = stored("Date", date(0), "Last-Modified", date(-10));
    assertThat(ranged(old, date(-10))).isEqualTo("0-1");
    assertThat(ranged(old, date(-9))).isEqualTo("whole");
    StoredResponse justNow = stored("Date", date(0), "Last-Modified", date(0));
    assertThat(ranged(justNow, date(0))).isEqualTo("whole");
  }

  private static String ranged(StoredResponse stored, String ifRange) {
    return describe(
        RangeRequest.of(get("Range", "bytes=0-1", "If-Range", ifRange), stored, after(0)));
  }

  @Test
  void onlyAGetOfAStored200IsAnsweredInPart() {
    StoredResponse missing = stored(get(), response(404, "Cache-Control", "max-age=1"));
    assertThat(describe(RangeRequest.of(get("Range", "bytes=0-1"), missing, after(0))))
        .isEqualTo("whole");
    StoredResponse found = stored(get(), ok());
    assertThat(describe(RangeRequest.of(request("HEAD", "Range", "bytes=0-1"), found, after(0))))
        .isEqualTo("whole");
    RequestHead twice = get("Range", "bytes=0-1", "Range", "bytes=3-4");
    assertThat(describe(RangeRequest.of(twice, found, after(0)))).isEqualTo("whole");
  }
}
