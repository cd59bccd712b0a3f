package dev.fugitive.cache.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpDateTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # RFC 9110 section 5.6.7: the three formats
          Sun, 06 Nov 1994 08:49:37 GMT  | 1994-11-06T08:49:37Z
          Sunday, 06-Nov-94 08:49:37 GMT | 1994-11-06T08:49:37Z
          Sun Nov  6 08:49:37 1994       | 1994-11-06T08:49:37Z
          Sun Nov 16 08:49:37 1994       | 1994-11-16T08:49:37Z
          # RFC 9111 section 4.2: a cache matches without regard to case
          sun, 06 NOV 1994 08:49:37 gmt  | 1994-11-06T08:49:37Z
          # a leap second
          Sat, 31 Dec 2016 23:59:60 GMT  | 2016-12-31T23:59:59Z
          # two digits: at most 50 years ahead
          Sunday, 01-Mar-76 11:00:00 GMT | 2076-03-01T11:00:00Z
          Sunday, 06-Nov-77 08:49:37 GMT | 1977-11-06T08:49:37Z
          Sunday, 06-Nov-25 08:49:37 GMT | 2025-11-06T08:49:37Z
          """)
  void aDateIsReadInAnyOfTheThreeFormats(String text, Instant expected) {
    assertThat(HttpDate.parse(text, NOW)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "-1",
        "now",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 +0000",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT",
        "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Foo 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
        "Sun Nov 6 08:49:37 1994",
        "1994-11-06T08:49:37Z",
        "\u0661\u0662"
      })
  void whatIsNoDateIsEmpty(String text) {
    assertThat(HttpDate.parse(text, NOW)).isEmpty();
  }

  @Property(tries = 2000, seed = "2026")
  void readingNeverFails(@ForAll String text) {
    assertThat(HttpDate.parse(text, NOW)).isNotNull();
  }

  @Property(tries = 1000, seed = "2026")
  void whatIsWrittenIsReadBack(@ForAll @LongRange(min = 0, max = 253_402_300_799L) long second) {
    Instant date = Instant.ofEpochSecond(second);
    assertThat(HttpDate.parse(HttpDate.format(date), NOW)).contains(date);
  }

  @Test
  void aDateIsWrittenAsImfFixdate() {
    assertThat(HttpDate.format(Instant.parse("1994-11-06T08:49:37Z")))
        .isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
  }
}
