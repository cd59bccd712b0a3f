package dev.fugitive.cache.http;

import static dev.fugitive.cache.http.Exchange.after;
import static dev.fugitive.cache.http.Exchange.date;
import static dev.fugitive.cache.http.Exchange.get;
import static dev.fugitive.cache.http.Exchange.ok;
import static dev.fugitive.cache.http.Exchange.request;
import static dev.fugitive.cache.http.Exchange.response;
import static dev.fugitive.cache.http.Exchange.stored;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9111 sections 4.1 and 4.3.1: which of several stored variants, the origin says. */
final class VariantsTest {
  private static StoredResponse variant(String language, String tag, int second) {
    return stored(
        get("Accept-Language", language),
        ok(
            "Date",
            date(second),
            "ETag",
            tag,
            "Vary",
            "Accept-Language",
            "Cache-Control",
            "max-age=60"));
  }

  private static final List<StoredResponse> STORED =
      List.of(variant("de", "\"d\"", 1), variant("en", "\"e\"", 2));

  private static CacheDecision.ValidateAny asked(RequestHead request, List<StoredResponse> stored) {
    return (CacheDecision.ValidateAny) CachePolicy.decide(request, stored, after(3));
  }

  @Test
  void aRequestThatSelectsNoneAsksForAnyOfThemTheLatestFirst() {
    CacheDecision.ValidateAny asked = asked(get("Accept-Language", "fr"), STORED);
    assertThat(asked.forward().fields().all("If-None-Match")).containsExactly("\"e\", \"d\"");
    assertThat(asked.forward().fields().has("If-Modified-Since")).isFalse();
    assertThat(asked.status()).hasToString("Fugitive; fwd=vary-miss");
  }

  @Test
  void a304PicksTheVariantThatBecomesThisRequestsToo() {
    CacheDecision.ValidateAny asked = asked(get("Accept-Language", "fr"), STORED);
    ResponseHead confirmed =
        response(304, "ETag", "\"d\"", "Date", date(3), "Cache-Control", "max-age=60");
    CacheDecision.Revalidate chosen = asked.chosenBy(confirmed).orElseThrow();
    Revalidation.Freshened freshened =
        (Revalidation.Freshened) Revalidation.of(chosen, confirmed, after(3), after(4));
    assertThat(freshened.keep()).isTrue();
    assertThat(freshened.stored().content()).isEqualTo(STORED.getFirst().content());
    assertThat(freshened.stored().selecting())
        .isEqualTo(new Fields(List.of(new Fields.Field("accept-language", "fr"))));
    assertThat(freshened.stored().variantKey()).isNotEqualTo(STORED.getFirst().variantKey());
    assertThat(freshened.answer()).isInstanceOf(CacheDecision.Serve.class);
    assertThat(
            CachePolicy.decide(
                get("Accept-Language", "fr"),
                List.of(STORED.getFirst(), STORED.getLast(), freshened.stored()),
                after(5)))
        .isInstanceOf(CacheDecision.Serve.class);
  }

  @ParameterizedTest
  @CsvSource({"'\"x\"'", "''", "'W/\"x\"'", "'\"d'"})
  void a304ThatNamesNoneOfThemPicksNone(String tag) {
    CacheDecision.ValidateAny asked = asked(get("Accept-Language", "fr"), STORED);
    assertThat(asked.chosenBy(tag.isEmpty() ? response(304) : response(304, "ETag", tag)))
        .isEmpty();
    assertThat(asked.unconditional().forward().fields().has("If-None-Match")).isFalse();
  }

  @Test
  void aStrongTagDoesNotNameAWeakOne() {
    CacheDecision.ValidateAny asked =
        asked(get("Accept-Language", "fr"), List.of(variant("de", "W/\"d\"", 1)));
    assertThat(asked.chosenBy(response(304, "ETag", "\"d\""))).isEmpty();
    assertThat(asked.chosenBy(response(304, "ETag", "W/\"d\""))).isPresent();
  }

  @Test
  void whatDoesNotMatchNeverStandsInForAnOriginInTrouble() {
    CacheDecision.Revalidate chosen =
        asked(get("Accept-Language", "fr"), STORED)
            .chosenBy(response(304, "ETag", "\"d\""))
            .orElseThrow();
    assertThat(Revalidation.unreachable(chosen, after(3))).isEmpty();
    assertThat(Revalidation.of(chosen, response(503), after(3), after(3)))
        .isEqualTo(new Revalidation.PassOn(false));
  }

  @Test
  void itIsNotAskedForPartsForPreconditionsOfTheClientsOwnOrWithoutTags() {
    List<StoredResponse> untagged =
        List.of(
            stored(
                get("Accept-Language", "de"),
                ok("Vary", "Accept-Language", "Cache-Control", "max-age=60")));
    assertThat(CachePolicy.decide(get("Accept-Language", "fr"), untagged, after(3)))
        .isInstanceOf(CacheDecision.Fill.class);
    for (String[] more :
        List.of(
            new String[] {"Range", "bytes=0-1"},
            new String[] {"If-None-Match", "\"own\""},
            new String[] {"If-Modified-Since", date(0)},
            new String[] {"Cache-Control", "no-store"},
            new String[] {"Cache-Control", "only-if-cached"})) {
      assertThat(
              CachePolicy.decide(get("Accept-Language", "fr", more[0], more[1]), STORED, after(3)))
          .isNotInstanceOf(CacheDecision.ValidateAny.class);
    }
    assertThat(CachePolicy.decide(request("HEAD", "Accept-Language", "fr"), STORED, after(3)))
        .isNotInstanceOf(CacheDecision.ValidateAny.class);
  }

  @Test
  void manyVariantsAreAskedAboutByTheLatestTagsAlone() {
    List<StoredResponse> many =
        IntStream.range(0, 40).mapToObj(i -> variant("l" + i, "\"" + i % 20 + "\"", i)).toList();
    CacheDecision.ValidateAny asked = asked(get("Accept-Language", "fr"), many);
    assertThat(asked.forward().fields().all("If-None-Match"))
        .containsExactly("\"19\", \"18\", \"17\", \"16\", \"15\", \"14\", \"13\", \"12\"");
  }

  /** An origin may give one weak tag to all codings of a text, and then confirms any of them. */
  @ParameterizedTest
  @CsvSource({
    "gzip, br, false",
    "gzip, identity, false",
    "'', 'identity;q=0, gzip', false",
    "'', '*;q=0', false",
    "br, 'gzip, br;q=0', false",
    "'gzip, br', gzip, false",
    "gzip, 'deflate, GZIP;q=0.5', true",
    "br, *, true",
    "'', gzip, true",
    "identity, br, true"
  })
  void onlyWhatTheClientCanReadIsAskedAbout(String coding, String accepted, boolean asked) {
    List<StoredResponse> coded = List.of(coded(coding));
    assertThat(CachePolicy.decide(get("Accept-Encoding", accepted), coded, after(3)))
        .isInstanceOf(asked ? CacheDecision.ValidateAny.class : CacheDecision.Fill.class);
  }

  @Test
  void whoSaysNothingOfCodingsIsNotAskedAboutACodedOne() {
    assertThat(CachePolicy.decide(get(), List.of(coded("gzip")), after(3)))
        .isInstanceOf(CacheDecision.Fill.class);
  }

  private static StoredResponse coded(String coding) {
    return stored(
        get("Accept-Encoding", "gzip;q=0.9, br, x"),
        ok(
            "ETag",
            "W/\"x\"",
            "Vary",
            "Accept-Encoding",
            "Content-Encoding",
            coding,
            "Cache-Control",
            "max-age=60"));
  }

  @Test
  void whatMayBeReadByAnotherSitesPagesIsNotAskedAboutForThisOnes() {
    StoredResponse granted =
        stored(
            get("Origin", "https://a.example"),
            ok(
                "ETag",
                "\"x\"",
                "Vary",
                "Origin",
                "Access-Control-Allow-Origin",
                "https://a.example",
                "Cache-Control",
                "max-age=60"));
    assertThat(CachePolicy.decide(get("Origin", "https://b.example"), List.of(granted), after(3)))
        .isInstanceOf(CacheDecision.Fill.class);
  }

  @Test
  void aTagThatWouldFillTheFieldIsNotSent() {
    CacheDecision.ValidateAny asked =
        asked(
            get("Accept-Language", "fr"),
            List.of(variant("de", '"' + "d".repeat(257) + '"', 1), variant("en", "\"e\"", 2)));
    assertThat(asked.forward().fields().all("If-None-Match")).containsExactly("\"e\"");
  }
}
