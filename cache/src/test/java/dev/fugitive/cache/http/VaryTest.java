package dev.fugitive.cache.http;

import static dev.fugitive.cache.http.Exchange.get;
import static dev.fugitive.cache.http.Exchange.ok;
import static dev.fugitive.cache.http.Exchange.stored;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9111 section 4.1. */
final class VaryTest {
  @ParameterizedTest(name = "{0}: stored for [{1}], asked with [{2}]: {3}")
  @CsvSource(
      nullValues = "-",
      delimiter = '|',
      textBlock =
          """
          Accept| a, b| a,b| true
          Accept| a, b| b, a| false
          Accept| a| A| false
          Accept-Encoding| gzip| GZIP| true
          Accept-Language| de-DE| de-de| true
          Accept-Language| en, de| de, en| true
          Accept-Language| de, en;q=0.5| en ; Q=0.500, de;q=1.0| true
          Accept-Language| en;q=0.50| en;q=0.05| false
          Accept-Language| en;q=0.0| en;q=0| true
          Accept-Language| en;q=1| en;q=0.1| false
          Accept-Language| de, en| de| false
          Accept-Encoding| gzip, br;q=0.8| br;q=0.8, gzip| true
          Accept| a| -| false
          Accept| -| a| false
          Accept| -| -| true
          Foo| "a, b"| "a,b"| false
          *| a| a| false
          """)
  void aRequestSelectsWhatItsFieldsMatch(
      String name, String original, String presented, boolean matches) {
    StoredResponse stored = stored(asking(name, original), ok("Vary", name));
    assertThat(Vary.matches(stored, asking(name, presented))).isEqualTo(matches);
  }

  private static RequestHead asking(String name, String value) {
    return value == null ? get() : get(name, value);
  }

  @Test
  void linesOfOneFieldAreOneValue() {
    StoredResponse stored = stored(get("Accept", "a, b"), ok("Vary", "Accept"));
    assertThat(Vary.matches(stored, get("Accept", "a", "X", "1", "accept", "b"))).isTrue();
  }

  @Test
  void allNominatedFieldsMustMatch() {
    StoredResponse stored =
        stored(get("One", "1", "Two", "2"), ok("Vary", "Two, one", "Vary", "ONE"));
    assertThat(stored.varyNames()).containsExactly("one", "two");
    assertThat(stored.selecting()).isEqualTo(Fields.of("one", "1", "two", "2"));
    assertThat(Vary.matches(stored, get("Two", "2", "One", "1"))).isTrue();
    assertThat(Vary.matches(stored, get("One", "1", "Two", "3"))).isFalse();
  }

  @Test
  void aStarAmongOthersMatchesNothing() {
    StoredResponse stored = stored(get("Accept", "a"), ok("Vary", "Accept, *"));
    assertThat(Vary.matches(stored, get("Accept", "a"))).isFalse();
  }
}
