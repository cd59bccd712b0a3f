package dev.fugitive.cache.http;

import static dev.fugitive.cache.http.Exchange.T0;
import static dev.fugitive.cache.http.Exchange.after;
import static dev.fugitive.cache.http.Exchange.date;
import static dev.fugitive.cache.http.Exchange.ok;
import static dev.fugitive.cache.http.Exchange.response;
import static dev.fugitive.cache.http.Exchange.stored;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FreshnessTest {
  private static long lifetimeSeconds(ResponseHead head) {
    return stored(Exchange.get(), head).lifetime().toSeconds();
  }

  // RFC 9111 section 4.2.3

  @ParameterizedTest(name = "Date {0} s, Age {1}, asked at {2} s, answered at 0, now {3} s: {4}")
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          0,   -,     0,  0, 0
          0,   -,     0, 30, 30
          -10, -,     0, 30, 40
          10,  -,     0, 30, 30
          -10, 50,    0, 30, 80
          -60, 50,    0, 30, 90
          0,   50,   -5, 30, 85
          -10, -,    -5, 30, 40
          0,   x,     0, 30, 30
          0,   -5,    0, 30, 30
          0,   '7, 9', 0, 30, 37
          0,   99999999999999, 0, 0, 2147483648
          0,   -,     0, -5, 0
          """)
  void ageIsTheGreaterOfWhatClockAndFieldSayAndGrows(
      long dateSecond, String age, long requestSecond, long now, long expected) {
    Fields fields = Fields.of("Date", date(dateSecond));
    StoredResponse stored =
        StoredResponse.of(
            Exchange.get(),
            new ResponseHead(200, "", age == null ? fields : fields.with("Age", age)),
            after(requestSecond),
            T0,
            Exchange.CONTENT);
    assertThat(Freshness.currentAge(stored, after(now))).isEqualTo(Duration.ofSeconds(expected));
  }

  // section 4.2.1

  @Test
  void lifetimeIsTheFirstOfSharedMaxAgeMaxAgeAndExpires() {
    assertThat(
            lifetimeSeconds(
                ok("Cache-Control", "max-age=1, s-maxage=2", "Expires", date(3), "Date", date(0))))
        .isEqualTo(2);
    assertThat(
            lifetimeSeconds(ok("Cache-Control", "max-age=1", "Expires", date(3), "Date", date(0))))
        .isEqualTo(1);
    assertThat(lifetimeSeconds(ok("Expires", date(3), "Date", date(0)))).isEqualTo(3);
    assertThat(lifetimeSeconds(ok("Expires", date(3)))).isEqualTo(3);
  }

  @Test
  void anExpiryThatIsInvalidPastOrContradictoryIsStale() {
    assertThat(lifetimeSeconds(ok("Expires", "0"))).isZero();
    assertThat(lifetimeSeconds(ok("Expires", date(-3)))).isZero();
    assertThat(lifetimeSeconds(ok("Expires", date(3), "Expires", date(4)))).isZero();
    assertThat(lifetimeSeconds(ok("Expires", date(3), "Expires", date(3)))).isEqualTo(3);
    // and no guess is made instead (4.2.2: MUST NOT where an explicit expiration time is present)
    assertThat(lifetimeSeconds(ok("Expires", "0", "Last-Modified", date(-1000)))).isZero();
    assertThat(lifetimeSeconds(ok("Cache-Control", "max-age=x", "Last-Modified", date(-1000))))
        .isZero();
  }

  // section 4.2.2

  @Test
  void withoutExpiryATenthOfTheTimeSinceTheLastChangeIsGuessed() {
    assertThat(lifetimeSeconds(ok("Date", date(0), "Last-Modified", date(-1000)))).isEqualTo(100);
    assertThat(lifetimeSeconds(ok("Date", date(0), "Last-Modified", date(1000)))).isZero();
    assertThat(lifetimeSeconds(ok("Date", date(0), "Last-Modified", "x"))).isZero();
    assertThat(lifetimeSeconds(ok("Date", date(0)))).isZero();
  }

  @Test
  void aGuessHasALimit() {
    assertThat(lifetimeSeconds(ok("Last-Modified", date(-100_000_000))))
        .isEqualTo(Freshness.HEURISTIC_LIMIT.toSeconds());
  }

  @Test
  void noGuessIsMadeForAStatusThatIsNotCacheableUnlessMarkedPublic() {
    assertThat(lifetimeSeconds(response(302, "Last-Modified", date(-1000)))).isZero();
    assertThat(
            lifetimeSeconds(response(302, "Last-Modified", date(-1000), "Cache-Control", "public")))
        .isEqualTo(100);
  }

  @Test
  void anErrorThatARequestMayHaveCausedIsSoonAskedForAnew() {
    for (int status : Storability.DOUBTFUL_ERRORS) {
      assertThat(lifetimeSeconds(response(status, "Cache-Control", "max-age=3600"))).isEqualTo(10);
      assertThat(lifetimeSeconds(response(status, "Cache-Control", "max-age=3"))).isEqualTo(3);
    }
    assertThat(lifetimeSeconds(response(404, "Cache-Control", "max-age=3600"))).isEqualTo(3600);
  }

  @Test
  void aResponseIsFreshUntilItsLifetimeIsOver() {
    StoredResponse stored = stored("Cache-Control", "max-age=60");
    assertThat(Freshness.isFresh(stored, after(59))).isTrue();
    assertThat(Freshness.isFresh(stored, after(60))).isFalse();
    assertThat(Freshness.remaining(stored, after(70))).isEqualTo(Duration.ofSeconds(-10));
  }
}
