package dev.fugitive.cache.http;

import static dev.fugitive.cache.http.Exchange.after;
import static dev.fugitive.cache.http.Exchange.date;
import static dev.fugitive.cache.http.Exchange.get;
import static dev.fugitive.cache.http.Exchange.ok;
import static dev.fugitive.cache.http.Exchange.request;
import static dev.fugitive.cache.http.Exchange.response;
import static dev.fugitive.cache.http.Exchange.stored;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RevalidationTest {
  private static CacheDecision.Revalidate asked(RequestHead request, StoredResponse stored) {
    return (CacheDecision.Revalidate) CachePolicy.decide(request, List.of(stored), after(100));
  }

  private static Revalidation judge(CacheDecision.Revalidate asked, ResponseHead response) {
    return Revalidation.of(asked, response, after(100), after(101));
  }

  private static Revalidation.Freshened freshened(
      RequestHead request, StoredResponse stored, ResponseHead response) {
    return (Revalidation.Freshened) judge(asked(request, stored), response);
  }

  // RFC 9111 sections 4.3.4 and 3.2

  @Test
  void aConfirmedResponseIsFreshAgainWithTheNewFields() {
    StoredResponse stored =
        stored(
            "Date",
            date(0),
            "Age",
            "7",
            "ETag",
            "\"a\"",
            "Cache-Control",
            "max-age=10",
            "X-Kept",
            "1",
            "X-Replaced",
            "old",
            "X-Replaced",
            "older");
    Revalidation.Freshened freshened =
        freshened(
            get(),
            stored,
            response(
                304,
                "Date",
                date(100),
                "ETag",
                "\"a\"",
                "Cache-Control",
                "max-age=20",
                "X-Replaced",
                "new",
                "X-Added",
                "1"));
    assertThat(freshened.stored().head())
        .isEqualTo(
            ok(
                "X-Kept",
                "1",
                "Date",
                date(100),
                "ETag",
                "\"a\"",
                "Cache-Control",
                "max-age=20",
                "X-Replaced",
                "new",
                "X-Added",
                "1"));
    assertThat(freshened.stored().content()).isEqualTo(stored.content());
    assertThat(freshened.keep()).isTrue();
    assertThat(Freshness.remaining(freshened.stored(), after(101)))
        .isEqualTo(Duration.ofSeconds(19));
    assertThat(freshened.answer())
        .isInstanceOfSatisfying(
            CacheDecision.Serve.class,
            serve ->
                assertThat(serve.head().fields().first("Cache-Status"))
                    .contains("Fugitive; fwd=stale; fwd-status=304; stored"));
  }

  @Test
  void fieldsThatTheStoredBytesDependOnAreNotTakenOver() {
    StoredResponse stored =
        stored("ETag", "\"a\"", "Content-Encoding", "gzip", "Content-Length", "1000");
    Revalidation.Freshened freshened =
        freshened(
            get(),
            stored,
            response(
                304,
                "ETag",
                "\"a\"",
                "Content-Encoding",
                "br",
                "Content-Length",
                "0",
                "Content-Range",
                "bytes 0-0/1",
                "Connection",
                "X-Hop",
                "X-Hop",
                "1",
                "Proxy-Authenticate",
                "x"));
    Fields fields = freshened.stored().head().fields();
    assertThat(fields.all("Content-Encoding")).containsExactly("gzip");
    assertThat(fields.all("Content-Length")).containsExactly("1000");
    assertThat(fields.has("Content-Range")).isFalse();
    assertThat(fields.has("X-Hop")).isFalse();
    assertThat(fields.has("Proxy-Authenticate")).isFalse();
  }

  @Test
  void aCookieOnA304GoesToThisClientOnly() {
    Revalidation.Freshened freshened =
        freshened(get(), stored("ETag", "\"a\""), response(304, "Set-Cookie", "a=b"));
    assertThat(freshened.stored().head().fields().has("Set-Cookie")).isFalse();
    assertThat(freshened.forClientOnly()).isEqualTo(Fields.of("Set-Cookie", "a=b"));
  }

  @Test
  void a304ThatForbidsStoringEndsTheStoredResponse() {
    Revalidation.Freshened freshened =
        freshened(get(), stored("ETag", "\"a\""), response(304, "Cache-Control", "no-store"));
    assertThat(freshened.keep()).isFalse();
    assertThat(freshened.answer()).isInstanceOf(CacheDecision.Serve.class);
  }

  @Test
  void theClientsOwnPreconditionIsAnsweredFromWhatWasConfirmed() {
    StoredResponse stored = stored("ETag", "\"a\"");
    assertThat(freshened(get("If-None-Match", "\"a\""), stored, response(304)).answer())
        .isInstanceOf(CacheDecision.ServeNotModified.class);
    assertThat(
            freshened(get("If-None-Match", "\"b\""), stored, response(304, "ETag", "\"a\""))
                .answer())
        .isInstanceOf(CacheDecision.Serve.class);
    assertThat(freshened(get("Range", "bytes=1-2"), stored, response(304)).answer())
        .isInstanceOfSatisfying(
            CacheDecision.Serve.class,
            serve -> assertThat(serve.body()).isEqualTo(new RangeRequest.Part(1, 2)));
  }

  @ParameterizedTest(name = "stored {0}, 304 with {1}: confirmed {2}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      textBlock =
          """
          "a"; "a"; true
          "a"; "b"; false
          "a"; W/"a"; true
          "a"; W/"b"; false
          W/"a"; W/"a"; true
          W/"a"; "a"; false
          """)
  void a304ConfirmsOnlyTheResponseItSpeaksOf(String stored, String answered, boolean confirmed) {
    Revalidation judged =
        judge(
            asked(get("If-None-Match", "\"x\""), stored("ETag", stored)),
            response(304, "ETag", answered));
    if (confirmed) {
      assertThat(judged).isInstanceOf(Revalidation.Freshened.class);
    } else {
      assertThat(judged).isEqualTo(new Revalidation.AskAgain(get()));
    }
  }

  // section 4.3.2

  @Test
  void theOriginIsAskedAboutWhatTheClientHasToo() {
    assertThat(
            asked(get("If-None-Match", "\"b\", W/\"a\", W/\"c\""), stored("ETag", "\"a\""))
                .forward()
                .fields()
                .all("If-None-Match"))
        .containsExactly("\"a\", \"b\", W/\"c\"");
    assertThat(
            asked(get("If-None-Match", "*"), stored("ETag", "\"a\""))
                .forward()
                .fields()
                .all("If-None-Match"))
        .containsExactly("\"a\"");
  }

  @Test
  void anEndlessListOfTheClientsIsNotSentOn() {
    String endless =
        IntStream.range(0, 100).mapToObj(i -> "\"" + i + "\"").collect(Collectors.joining(","));
    assertThat(
            asked(get("If-None-Match", endless), stored("ETag", "\"a\""))
                .forward()
                .fields()
                .all("If-None-Match"))
        .containsExactly("\"a\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"b\"", "W/\"b\""})
  void whatTheClientHasAndWeHaveNotIsItsOwnAnswer(String confirmed) {
    CacheDecision.Revalidate asked = asked(get("If-None-Match", "\"b\""), stored("ETag", "\"a\""));
    assertThat(judge(asked, response(304, "ETag", confirmed)))
        .isEqualTo(new Revalidation.PassOn(true));
  }

  @Test
  void a304ThatMayBeAboutEitherIsAboutNeither() {
    CacheDecision.Revalidate asked = asked(get("If-None-Match", "\"b\""), stored("ETag", "\"a\""));
    assertThat(judge(asked, response(304))).isEqualTo(new Revalidation.AskAgain(get()));
  }

  // section 4.3.3

  @Test
  void aFullResponseReplacesTheStoredOne() {
    assertThat(judge(asked(get(), stored("ETag", "\"a\"")), ok("ETag", "\"b\"")))
        .isEqualTo(new Revalidation.Replaced(false));
    assertThat(judge(asked(get(), stored("ETag", "\"a\"")), response(403)))
        .isEqualTo(new Revalidation.Replaced(false));
  }

  @ParameterizedTest
  @CsvSource({
    "200,private,true", "200,no-store,true", "302,no-store,true", "404,no-store,true",
    "200,max-age=9,false", "401,no-store,false", "403,private,false", "429,no-store,false"
  })
  void whatAnAnswerToOneClientReplacesIsForgotten(int status, String directive, boolean forgotten) {
    assertThat(
            judge(
                asked(get(), stored("ETag", "\"a\"")),
                response(status, "Cache-Control", directive)))
        .isEqualTo(new Revalidation.Replaced(forgotten));
  }

  @Test
  void anOddRequestMakesNobodyForgetWhatIsStored() {
    assertThat(
            judge(
                asked(get("X-Forwarded-Host", "x"), stored("ETag", "\"a\"")), ok("ETag", "\"b\"")))
        .isEqualTo(new Revalidation.Replaced(false));
  }

  @Test
  void onlyAVerdictThatIsNobodysOwnIsForAll() {
    CacheDecision.Revalidate asked =
        asked(get(), stored("ETag", "\"a\"", "Cache-Control", "max-age=0, stale-if-error=9999"));
    assertThat(judge(asked, response(304)).isForAll()).isTrue();
    assertThat(judge(asked, response(503)).isForAll()).isTrue();
    assertThat(judge(asked, response(304, "Cache-Control", "private")).isForAll()).isFalse();
    assertThat(judge(asked, response(304, "Set-Cookie", "a=b")).isForAll()).isFalse();
    assertThat(judge(asked, response(304, "ETag", "\"b\"")).isForAll()).isFalse();
    assertThat(judge(asked, ok()).isForAll()).isFalse();
    assertThat(judge(asked(get(), stored("ETag", "\"a\"")), response(503)).isForAll()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504})
  void aServerErrorIsPassedOnAndDoesNotDisplaceWhatIsStored(int status) {
    assertThat(judge(asked(get(), stored("ETag", "\"a\"")), response(status)))
        .isEqualTo(new Revalidation.PassOn(false));
  }

  // RFC 5861 section 4

  @ParameterizedTest(name = "stored {0}, request {1}: {2}")
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          max-age=10, stale-if-error=95; max-age=1000; StaleInstead
          max-age=10, stale-if-error=90; max-age=1000; PassOn
          max-age=10; stale-if-error=95; StaleInstead
          max-age=10, must-revalidate, stale-if-error=95; max-age=1000; PassOn
          s-maxage=10, stale-if-error=95; max-age=1000; PassOn
          max-age=1000, stale-if-error=95; no-cache; PassOn
          max-age=10, stale-if-error=95; max-age=0; PassOn
          """)
  void aServerErrorIsHiddenWhereOriginOrClientAllows(
      String stored, String request, String expected) {
    Revalidation judged =
        judge(
            asked(get("Cache-Control", request), stored("ETag", "\"a\"", "Cache-Control", stored)),
            response(503));
    assertThat(judged.getClass().getSimpleName()).isEqualTo(expected);
  }

  // section 4.2.4

  @ParameterizedTest(name = "stored {0}, request {1}, {2} s after asking: served {3}")
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          max-age=10; x; 0; true
          max-age=10; x; 86310; true
          max-age=10; x; 86311; false
          max-age=10, stale-if-error=200000; x; 90000; true
          max-age=10, must-revalidate; x; 0; false
          max-age=10, proxy-revalidate; x; 0; false
          s-maxage=10; x; 0; false
          no-cache; x; 0; false
          max-age=1000; no-cache; 0; false
          max-age=10; no-cache; 0; false
          max-age=10; max-age=0; 0; false
          max-age=10; min-fresh=5; 0; false
          """)
  void anOriginOutOfReachIsReplacedByWhatIsStoredForADayUnlessForbidden(
      String stored, String request, long seconds, boolean served) {
    CacheDecision.Revalidate asked =
        asked(get("Cache-Control", request), stored("ETag", "\"a\"", "Cache-Control", stored));
    assertThat(Revalidation.unreachable(asked, after(100 + seconds)).isPresent()).isEqualTo(served);
  }

  // section 4.3.5

  @Test
  void aHeadThatShowsTheSameRepresentationFreshensIt() {
    StoredResponse stored = stored("ETag", "\"a\"", "Cache-Control", "max-age=10");
    Revalidation judged =
        judge(
            asked(request("HEAD"), stored),
            ok("ETag", "\"a\"", "Content-Length", "1000", "Cache-Control", "max-age=50"));
    assertThat(judged)
        .isInstanceOfSatisfying(
            Revalidation.Freshened.class, freshened -> assertThat(freshened.keep()).isTrue());
  }

  @Test
  void aHeadThatShowsAnotherRepresentationEndsTheStoredOne() {
    CacheDecision.Revalidate asked = asked(request("HEAD"), stored("ETag", "\"a\""));
    assertThat(judge(asked, ok("ETag", "\"b\""))).isEqualTo(new Revalidation.PassOn(true));
    assertThat(judge(asked, ok("ETag", "\"a\"", "Content-Length", "7")))
        .isEqualTo(new Revalidation.PassOn(true));
    assertThat(judge(asked, response(403))).isEqualTo(new Revalidation.PassOn(false));
  }
}
