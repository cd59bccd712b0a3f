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
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CachePolicyTest {
  private static CacheDecision decide(RequestHead request, long second, StoredResponse... stored) {
    return CachePolicy.decide(request, List.of(stored), after(second));
  }

  private static String kind(CacheDecision decision) {
    return decision.getClass().getSimpleName();
  }

  /** Fields written {@code Name: value | Name: value}. */
  private static String[] fields(String text) {
    return text == null
        ? new String[0]
        : Arrays.stream(text.split("\\|"))
            .flatMap(line -> Arrays.stream(line.split(":", 2)))
            .map(String::strip)
            .toArray(String[]::new);
  }

  @ParameterizedTest(name = "{0}, stored {1}, at {2} s: {3}")
  @CsvSource(
      nullValues = "-",
      delimiter = ';',
      quoteCharacter = '~',
      textBlock =
          """
          # RFC 9111 section 4: fresh is served, stale is validated or filled again
          -; Cache-Control: max-age=60; 59; Serve
          -; Cache-Control: max-age=60 | ETag: "a"; 60; Revalidate
          -; Cache-Control: max-age=60, must-revalidate; 60; Fill
          -; Cache-Control: max-age=60, s-maxage=10 | ETag: "a"; 20; Revalidate
          -; Cache-Control: s-maxage=60, max-age=1; 20; Serve
          -; Cache-Control: no-cache, max-age=60 | ETag: "a"; 1; Revalidate
          -; Cache-Control: no-cache="x", max-age=60 | ETag: "a"; 1; Revalidate
          # section 5.2.1: what the client asks for
          Cache-Control: no-cache; Cache-Control: max-age=60 | ETag: "a"; 1; Revalidate
          Cache-Control: no-cache; Cache-Control: max-age=60; 1; Fill
          Pragma: no-cache; Cache-Control: max-age=60; 1; Fill
          Pragma: no-cache | Cache-Control: x; Cache-Control: max-age=60; 1; Serve
          Cache-Control: max-age=10; Cache-Control: max-age=60 | ETag: "a"; 10; Serve
          Cache-Control: max-age=10; Cache-Control: max-age=60 | ETag: "a"; 11; Revalidate
          Cache-Control: max-age=0; Cache-Control: max-age=60 | ETag: "a"; 0; Revalidate
          Cache-Control: max-age=0; Cache-Control: max-age=60, immutable; 1; Serve
          Cache-Control: no-cache; Cache-Control: max-age=60, immutable; 1; Fill
          Cache-Control: min-fresh=10; Cache-Control: max-age=60; 50; Serve
          Cache-Control: min-fresh=10; Cache-Control: max-age=60; 51; Fill
          Cache-Control: max-stale=10; Cache-Control: max-age=60; 70; ServeStale
          Cache-Control: max-stale=10; Cache-Control: max-age=60 | ETag: "a"; 71; Revalidate
          Cache-Control: max-stale; Cache-Control: max-age=60; 9999999; ServeStale
          Cache-Control: max-stale=x; Cache-Control: max-age=60 | ETag: "a"; 61; Revalidate
          Cache-Control: max-stale; Cache-Control: max-age=60, must-revalidate; 61; Fill
          Cache-Control: max-stale; Cache-Control: max-age=60, proxy-revalidate; 61; Fill
          Cache-Control: max-stale; Cache-Control: s-maxage=60; 61; Fill
          Cache-Control: max-stale, max-age=30; Cache-Control: max-age=60 | ETag: "a"; 61; Revalidate
          Cache-Control: only-if-cached; Cache-Control: max-age=60; 1; Serve
          Cache-Control: only-if-cached; Cache-Control: max-age=60 | ETag: "a"; 61; Unsatisfiable
          Cache-Control: no-store; Cache-Control: max-age=60; 1; Serve
          Cache-Control: no-store; Cache-Control: max-age=60 | ETag: "a"; 61; Forward
          # RFC 5861
          -; Cache-Control: max-age=60, stale-while-revalidate=30; 90; ServeStale
          -; Cache-Control: max-age=60, stale-while-revalidate=30 | ETag: "a"; 91; Revalidate
          -; Cache-Control: max-age=60, stale-while-revalidate=30, must-revalidate; 61; Fill
          # section 3.5, both ways
          Authorization: x; Cache-Control: max-age=60; 1; Fill
          Authorization: x; Cache-Control: max-age=60, public; 1; Serve
          Authorization: x; Cache-Control: s-maxage=60; 1; Serve
          # section 4.3.2: the client's own preconditions
          If-None-Match: "a"; Cache-Control: max-age=60 | ETag: "a"; 1; ServeNotModified
          If-None-Match: W/"a"; Cache-Control: max-age=60 | ETag: "a"; 1; ServeNotModified
          If-None-Match: "b", "a"; Cache-Control: max-age=60 | ETag: W/"a"; 1; ServeNotModified
          If-None-Match: *; Cache-Control: max-age=60; 1; ServeNotModified
          If-None-Match: "b"; Cache-Control: max-age=60 | ETag: "a"; 1; Serve
          If-None-Match: a; Cache-Control: max-age=60 | ETag: "a"; 1; Serve
          If-None-Match: "a"; Cache-Control: max-age=60 | ETag: "a"; 61; Revalidate
          If-Match: "a"; Cache-Control: max-age=60 | ETag: "a"; 1; Forward
          If-Unmodified-Since: x; Cache-Control: max-age=60; 1; Forward
          # RFC 9110 section 14: ranges of what is stored whole
          Range: bytes=0-9; Cache-Control: max-age=60; 1; Serve
          Range: bytes=1000-; Cache-Control: max-age=60; 1; Unsatisfiable
          Range: bytes=0-9; Cache-Control: max-age=60, must-revalidate; 61; Forward
          Range: bytes=1000- | If-None-Match: "a"; Cache-Control: max-age=60 | ETag: "a"; 1; ServeNotModified
          """)
  void aStoredResponseIsUsedAsTheSpecificationsSay(
      String request, String stored, long second, String expected) {
    CacheDecision decision = decide(get(fields(request)), second, stored(fields(stored)));
    assertThat(kind(decision)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} with {1}: {2}, {3}")
  @CsvSource(
      nullValues = "-",
      delimiter = ';',
      textBlock =
          """
          GET; -; Fill; uri-miss
          HEAD; -; Forward; uri-miss
          GET; Range: bytes=0-1; Forward; uri-miss
          GET; Cache-Control: no-store; Forward; uri-miss
          GET; Cache-Control: only-if-cached; Unsatisfiable; uri-miss
          GET; If-Match: "a"; Forward; bypass
          POST; -; Forward; method
          PURGE; -; Forward; method
          get; -; Forward; method
          """)
  void withNothingStoredARequestGoesForward(
      String method, String fields, String expected, String reason) {
    CacheDecision decision = decide(request(method, fields(fields)), 0);
    assertThat(kind(decision)).isEqualTo(expected);
    assertThat(decision.status().forward().orElseThrow().token()).isEqualTo(reason);
  }

  @Test
  void aHeadRequestIsAnsweredFromWhatAGetStored() {
    CacheDecision decision =
        decide(request("HEAD", "Range", "bytes=0-1"), 5, stored("Cache-Control", "max-age=60"));
    assertThat(decision)
        .isInstanceOfSatisfying(
            CacheDecision.Serve.class,
            serve -> {
              assertThat(serve.head().status()).isEqualTo(200);
              assertThat(serve.head().fields().first("Content-Length")).contains("1000");
            });
  }

  @Test
  void aHitCarriesItsAgeAndSaysThatItIsOne() {
    CacheDecision decision = decide(get(), 20, stored("Cache-Control", "max-age=60", "Age", "5"));
    assertThat(decision)
        .isInstanceOfSatisfying(
            CacheDecision.Serve.class,
            serve -> {
              assertThat(serve.age()).isEqualTo(Duration.ofSeconds(25));
              assertThat(serve.head().fields().all("Age")).containsExactly("25");
              assertThat(serve.head().fields().first("Cache-Status"))
                  .contains("Fugitive; hit; ttl=35");
            });
  }

  @Test
  void theMostRecentOfSeveralSuitableResponsesIsUsed() {
    StoredResponse older = stored("Date", date(-50), "Cache-Control", "max-age=600", "X", "older");
    StoredResponse newer = stored("Date", date(-5), "Cache-Control", "max-age=600", "X", "newer");
    for (List<StoredResponse> order : List.of(List.of(older, newer), List.of(newer, older))) {
      assertThat(CachePolicy.decide(get(), order, after(1)))
          .isInstanceOfSatisfying(
              CacheDecision.Serve.class, serve -> assertThat(serve.stored()).isEqualTo(newer));
    }
  }

  @Test
  void aResponseThatVariesIsUsedForMatchingRequestsOnly() {
    StoredResponse gzip =
        stored(
            get("Accept-Encoding", "gzip, br"),
            ok("Vary", "Accept-Encoding", "Cache-Control", "max-age=60"));
    assertThat(kind(decide(get("Accept-Encoding", "GZIP ,br"), 1, gzip))).isEqualTo("Serve");
    assertThat(kind(decide(get("Accept-Encoding", "br"), 1, gzip))).isEqualTo("Fill");
    CacheDecision absent = decide(get(), 1, gzip);
    assertThat(absent.status().forward()).contains(CacheStatus.ForwardReason.VARY_MISS);
  }

  @Test
  void aDefaultResponseThatForgotToVaryGivesWayToAMoreRecentOneThatVaries() {
    StoredResponse forgot = stored("Date", date(-50), "Cache-Control", "max-age=600");
    StoredResponse varies =
        stored(
            get("Accept-Language", "de"),
            ok("Date", date(-5), "Vary", "Accept-Language", "Cache-Control", "max-age=600"));
    assertThat(kind(decide(get("Accept-Language", "fr"), 1, forgot, varies))).isEqualTo("Fill");
    assertThat(kind(decide(get("Accept-Language", "de"), 1, forgot, varies))).isEqualTo("Serve");
  }

  @Test
  void revalidationAsksWithOurValidatorsAndOfTheClientsWithItsTagsAlone() {
    StoredResponse stored =
        stored("Cache-Control", "max-age=1", "ETag", "\"ours\"", "Last-Modified", date(-100));
    RequestHead request =
        get(
            "If-None-Match", "\"theirs\"",
            "If-Modified-Since", date(-7),
            "Range", "bytes=0-1",
            "If-Range", "\"theirs\"",
            "Connection", "X-Hop",
            "X-Hop", "1",
            "Accept", "*/*");
    assertThat(decide(request, 10, stored))
        .isInstanceOfSatisfying(
            CacheDecision.Revalidate.class,
            revalidate ->
                assertThat(revalidate.forward().fields())
                    .isEqualTo(
                        Fields.of(
                            "Accept", "*/*",
                            "If-None-Match", "\"ours\", \"theirs\"",
                            "If-Modified-Since", date(-100))));
  }

  @Test
  void aFillCarriesTheClientsPreconditionsAndNoHopByHopFields() {
    RequestHead request =
        get("If-None-Match", "\"a\"", "Proxy-Authorization", "secret", "Keep-Alive", "5");
    assertThat(decide(request, 0))
        .isInstanceOfSatisfying(
            CacheDecision.Fill.class,
            fill ->
                assertThat(fill.forward().fields()).isEqualTo(Fields.of("If-None-Match", "\"a\"")));
  }

  @Test
  void theOriginsWishToRevalidateMeanwhileComesWithAConditionalRequest() {
    StoredResponse stored =
        stored("Cache-Control", "max-age=1, stale-while-revalidate=60", "ETag", "\"a\"");
    assertThat(decide(request("HEAD"), 10, stored))
        .isInstanceOfSatisfying(
            CacheDecision.ServeStale.class,
            stale -> {
              RequestHead revalidation = stale.revalidation().orElseThrow();
              assertThat(revalidation.method()).isEqualTo("GET");
              assertThat(revalidation.fields()).isEqualTo(Fields.of("If-None-Match", "\"a\""));
              assertThat(stale.status()).hasToString("Fugitive; hit; ttl=-9");
            });
  }

  @Test
  void anIncompleteResponseIsNotUsed() {
    StoredResponse whole = stored("Cache-Control", "max-age=60");
    StoredResponse part =
        new StoredResponse(
            whole.url(),
            whole.selecting(),
            whole.head(),
            whole.requestTime(),
            whole.responseTime(),
            whole.content(),
            false,
            whole.voucher());
    assertThat(kind(decide(get(), 1, part))).isEqualTo("Fill");
  }

  @Test
  void onlyARepresentationWith200IsAnsweredBy304() {
    StoredResponse missing =
        stored(get(), response(404, "Cache-Control", "max-age=60", "ETag", "\"a\""));
    assertThat(kind(decide(get("If-None-Match", "\"a\""), 1, missing))).isEqualTo("Serve");
  }

  @Test
  void aWaitingRequestJoinsOnlyWhatItCouldBeServedFromTheStore() {
    ResponseHead open = ok("Cache-Control", "max-age=60");
    assertThat(CachePolicy.mayJoin(get(), get(), open, after(0))).isTrue();
    assertThat(CachePolicy.mayJoin(get("Authorization", "x"), get(), open, after(0))).isFalse();
    assertThat(CachePolicy.mayJoin(get(), get("Authorization", "x"), open, after(0))).isFalse();
    assertThat(CachePolicy.mayJoin(get("Range", "bytes=0-"), get(), open, after(0))).isFalse();
    assertThat(CachePolicy.mayJoin(request("HEAD"), get(), open, after(0))).isFalse();
    ResponseHead cookie = ok("Cache-Control", "max-age=60", "Set-Cookie", "a=b");
    assertThat(CachePolicy.mayJoin(get(), get(), cookie, after(0))).isFalse();
    ResponseHead varies = ok("Cache-Control", "max-age=60", "Vary", "Accept");
    assertThat(CachePolicy.mayJoin(get("Accept", "a"), get("Accept", "b"), varies, after(0)))
        .isFalse();
    assertThat(CachePolicy.mayJoin(get("Accept", "a"), get("Accept", "a"), varies, after(0)))
        .isTrue();
  }

  @Test
  void whatMustBeValidatedEachTimeAnswersNobodyWhoWaits() {
    ResponseHead answer = ok("Cache-Control", "no-cache", "ETag", "\"a\"");
    assertThat(CachePolicy.mayJoin(get(), get(), answer, after(0))).isFalse();
    assertThat(CachePolicy.mayJoin(get(), get(), ok("Cache-Control", "max-age=60"), after(0)))
        .isTrue();
  }
}
