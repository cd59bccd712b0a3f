package dev.fugitive.cache.http;

import static dev.fugitive.cache.http.Exchange.CONTENT;
import static dev.fugitive.cache.http.Exchange.URL;
import static dev.fugitive.cache.http.Exchange.after;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

final class CachePolicyPropertyTest {
  private static final Arbitrary<String> NAMES =
      Arbitraries.of(
          "Cache-Control",
          "Cache-Control",
          "Age",
          "Date",
          "Expires",
          "Last-Modified",
          "ETag",
          "Vary",
          "Accept",
          "Authorization",
          "Range",
          "If-Range",
          "If-None-Match",
          "If-Match",
          "If-Modified-Since",
          "Pragma",
          "Connection",
          "Content-Length",
          "Set-Cookie",
          "Location");

  private static final Arbitrary<String> VALUES =
      Arbitraries.oneOf(
          Arbitraries.of(
              "max-age=60",
              "max-age=60, stale-while-revalidate=60",
              "s-maxage=5",
              "no-cache",
              "no-store",
              "private",
              "public",
              "max-stale",
              "only-if-cached",
              "min-fresh=10",
              "must-revalidate, max-age=1",
              "immutable, max-age=100",
              "\"a\"",
              "W/\"a\"",
              "*",
              "Accept",
              "bytes=0-1",
              "bytes=-1",
              "bytes=9999-",
              "0",
              "7",
              "-1",
              "/x",
              "",
              "99999999999999999999",
              Exchange.date(0),
              Exchange.date(-1000),
              Exchange.date(1000)),
          Arbitraries.strings().ofMaxLength(12));

  @Provide
  Arbitrary<Fields> fields() {
    return Combinators.combine(NAMES, VALUES)
        .as(Fields.Field::new)
        .list()
        .ofMaxSize(8)
        .map(Fields::new);
  }

  @Provide
  Arbitrary<RequestHead> requests() {
    return Combinators.combine(
            Arbitraries.of("GET", "GET", "GET", "HEAD", "POST", "x"),
            Arbitraries.oneOf(Arbitraries.just(URL), Arbitraries.strings().ofMaxLength(8)),
            fields())
        .as(RequestHead::new);
  }

  @Provide
  Arbitrary<ResponseHead> responses() {
    return Combinators.combine(
            Arbitraries.of(200, 200, 200, 204, 206, 301, 304, 404, 500, 503, 0, 999), fields())
        .as((status, fields) -> new ResponseHead(status, "", fields));
  }

  @Property(tries = 5000, seed = "2026")
  void decidingNeverFailsAndNeverServesWhatMustNotBeServed(
      @ForAll("requests") RequestHead first,
      @ForAll("responses") ResponseHead response,
      @ForAll("requests") RequestHead second,
      @ForAll("responses") ResponseHead answer,
      @ForAll @LongRange(min = -10_000_000_000L, max = 10_000_000_000L) long second0) {
    StoredResponse stored = StoredResponse.of(first, response, after(-1), after(0), CONTENT);
    CacheDecision decision = CachePolicy.decide(second, List.of(stored), after(second0));
    assertThat(decision.status().toString()).startsWith("Fugitive; ");
    switch (decision) {
      case CacheDecision.Serve serve -> {
        assertThat(stored.cacheControl().has(CacheControl.Directive.NO_CACHE)).isFalse();
        assertThat(Freshness.isFresh(stored, after(second0))).isTrue();
        assertThat(serve.head().fields().all("Age")).hasSize(1);
      }
      case CacheDecision.ServeStale stale ->
          assertThat(stored.cacheControl().has(CacheControl.Directive.MUST_REVALIDATE)).isFalse();
      case CacheDecision.ServeNotModified same -> assertThat(same.head().status()).isEqualTo(304);
      case CacheDecision.Revalidate asked -> {
        assertThat(Revalidation.of(asked, answer, after(second0), after(second0 + 1))).isNotNull();
        assertThat(Revalidation.unreachable(asked, after(second0))).isNotNull();
      }
      case CacheDecision.ValidateAny asked -> {
        assertThat(asked.forward().fields().all("If-None-Match")).hasSize(1);
        asked
            .chosenBy(answer)
            .ifPresent(chosen -> assertThat(chosen.stored().content()).isEqualTo(CONTENT));
      }
      case CacheDecision.Unsatisfiable none -> assertThat(none.head().status()).isIn(504, 416);
      case CacheDecision.Fill fill -> assertThat(fill.forward().method()).isEqualTo("GET");
      case CacheDecision.Forward forward ->
          assertThat(forward.forward().fields().has("Connection")).isFalse();
    }
  }

  @Property(tries = 5000, seed = "2026")
  void judgingAResponseNeverFails(
      @ForAll("requests") RequestHead request, @ForAll("responses") ResponseHead response) {
    assertThat(Storability.mayStore(request, response, after(0))).isNotNull();
    assertThat(Invalidation.keys(request, response)).hasSizeLessThanOrEqualTo(3);
    assertThat(CachePolicy.mayJoin(request, request, response, after(0))).isIn(true, false);
  }
}
