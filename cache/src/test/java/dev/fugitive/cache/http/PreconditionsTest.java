package dev.fugitive.cache.http;

import static dev.fugitive.cache.http.Exchange.after;
import static dev.fugitive.cache.http.Exchange.date;
import static dev.fugitive.cache.http.Exchange.get;
import static dev.fugitive.cache.http.Exchange.stored;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9111 section 4.3.2, RFC 9110 section 13. */
final class PreconditionsTest {
  @ParameterizedTest(name = "modified at {0} s, asked since {1} s: client has it {2}")
  @CsvSource({"-50, -50, true", "-50, -49, true", "-50, -51, false", "-50, 500, true"})
  void aClientHasWhatWasNotModifiedSince(long modified, long since, boolean expected) {
    StoredResponse stored = stored("Last-Modified", date(modified));
    assertThat(Preconditions.clientHas(get("If-Modified-Since", date(since)), stored, after(0)))
        .isEqualTo(expected);
  }

  @Test
  void withoutADateOfModificationTheDateOfTheResponseCounts() {
    StoredResponse stored = stored("Date", date(-50));
    assertThat(Preconditions.clientHas(get("If-Modified-Since", date(-50)), stored, after(0)))
        .isTrue();
    assertThat(Preconditions.clientHas(get("If-Modified-Since", date(-51)), stored, after(0)))
        .isFalse();
  }

  @Test
  void aDateThatIsNoneOrSeveralIsIgnored() {
    StoredResponse stored = stored("Last-Modified", date(-50));
    assertThat(Preconditions.clientHas(get("If-Modified-Since", "x"), stored, after(0))).isFalse();
    RequestHead twice = get("If-Modified-Since", date(0), "If-Modified-Since", date(0));
    assertThat(Preconditions.clientHas(twice, stored, after(0))).isFalse();
  }

  @Test
  void anEntityTagTakesPrecedenceOverADate() {
    StoredResponse stored = stored("ETag", "\"a\"", "Last-Modified", date(-50));
    RequestHead request = get("If-None-Match", "\"b\"", "If-Modified-Since", date(0));
    assertThat(Preconditions.clientHas(request, stored, after(0))).isFalse();
  }

  @Test
  void entityTagsMayHoldCommasAndComeInSeveralLines() {
    assertThat(EntityTag.parseList(List.of("\"a,b\", W/\"c\" , \"\"", "\"d\"")))
        .containsExactly(
            new EntityTag(false, "a,b"),
            new EntityTag(true, "c"),
            new EntityTag(false, ""),
            new EntityTag(false, "d"));
    assertThat(EntityTag.parseList(List.of("a, \"b\", w/\"c\", \"d")))
        .containsExactly(new EntityTag(false, "b"));
  }
}
