package dev.fugitive.cache.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.http.CacheControl.Directive;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CacheControlTest {
  /** For example {@code max-age=60 no-store}, in the order of the enum. */
  private static String read(String... lines) {
    CacheControl read = CacheControl.parse(List.of(lines));
    return Arrays.stream(Directive.values())
        .filter(read::has)
        .map(directive -> describe(read, directive))
        .collect(Collectors.joining(" "));
  }

  private static String describe(CacheControl read, Directive directive) {
    long seconds = read.seconds(directive).orElseThrow();
    return directive.compareTo(Directive.MAX_AGE) < 0
        ? directive.token()
        : directive.token() + "=" + seconds;
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      emptyValue = "",
      textBlock =
          """
          # RFC 9111 section 5.2: names without regard to case, arguments as token or quoted string
          max-age=60                            | max-age=60
          MAX-AGE=60, No-Store                  | no-store max-age=60
          max-age="60"                          | max-age=60
          no-cache="set-cookie, x", max-age=1   | no-cache max-age=1
          private="x"                           | private
          no-store,,, ,public                   | no-store public
          # section 5.2.3: unknown directives are ignored, also with an argument that looks like one
          foo, bar=1, max-age=2                 | max-age=2
          ext="max-age=9, no-store", max-age=1  | max-age=1
          ext="a\\"no-store", max-age=1         | max-age=1
          # section 1.2.2: overflow
          max-age=2147483647                    | max-age=2147483647
          max-age=2147483649                    | max-age=2147483648
          max-age=99999999999999999999999999    | max-age=2147483648
          max-age=0060                          | max-age=60
          # section 4.2.1: freshness that is invalid or contradicts itself is stale
          max-age                               | max-age=0
          max-age=                              | max-age=0
          max-age=-1                            | max-age=0
          max-age=1.5                           | max-age=0
          max-age='60'                          | max-age=0
          max-age= 60                           | max-age=0
          max-age=60a                           | max-age=0
          max-age="6\\0"                        | max-age=0
          max-age=60, max-age=60                | max-age=60
          max-age=60, max-age=50                | max-age=0
          s-maxage=x, max-age=60                | max-age=60 s-maxage=0
          # other numbers: malformed is absent, of two the stricter holds
          min-fresh=x, max-stale=x              | ~~
          stale-while-revalidate=                | ~~
          min-fresh=5, min-fresh=9              | min-fresh=9
          max-stale=5, max-stale=9              | max-stale=5
          max-stale                             | max-stale=2147483648
          stale-if-error=5, stale-if-error=x    | ~~
          # what is no directive still restricts
          no-cache; no-store                    | no-store no-cache
          max-age=60; private                   | private max-age=0
          ext="no-store                         | no-store
          no-store max-age=60                   | no-store
          max-age =60                           | ~~
          """)
  void directivesAreReadAsTheSpecificationSays(String line, String expected) {
    assertThat(read(line)).isEqualTo(expected);
  }

  @Test
  void severalLinesAreOneList() {
    assertThat(read("max-age=60", "no-transform")).isEqualTo("no-transform max-age=60");
    assertThat(CacheControl.of(Fields.of("Cache-Control", "public", "cache-control", "immutable")))
        .satisfies(read -> assertThat(read.has(Directive.PUBLIC)).isTrue())
        .satisfies(read -> assertThat(read.has(Directive.IMMUTABLE)).isTrue());
  }

  @Provide
  Arbitrary<String> nearlyDirectives() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "no-store",
            "private",
            "max-age",
            "s-maxage",
            "max-stale",
            "=",
            "=",
            ",",
            ", ",
            "\"",
            "\\",
            ";",
            " ",
            "\t",
            "0",
            "60",
            "99999999999999999999",
            "-1",
            "\u00e9",
            "\u0000",
            "x");
    return pieces.list().ofMaxSize(20).map(list -> String.join("", list));
  }

  @Property(tries = 5000, seed = "2026")
  void readingNeverFails(@ForAll("nearlyDirectives") String first, @ForAll String second) {
    CacheControl read = CacheControl.parse(List.of(first, second));
    for (Directive directive : Directive.values()) {
      read.seconds(directive)
          .ifPresent(seconds -> assertThat(seconds).isBetween(0L, CacheControl.MAX_SECONDS));
    }
  }

  @Property(tries = 2000, seed = "2026")
  void noStoreOutsideAQuotedStringIsNeverMissed(@ForAll("nearlyDirectives") String before) {
    boolean quoted = before.chars().anyMatch(c -> c == '"' || c == '\\');
    if (!quoted) {
      assertThat(CacheControl.parse(List.of(before + ",no-store")).has(Directive.NO_STORE))
          .isTrue();
    }
  }
}
