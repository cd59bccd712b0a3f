package dev.fugitive.client.trust;

import static dev.fugitive.client.trust.IntegrityTest.sha256;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.client.trust.SharingDecision.NotShareable;
import dev.fugitive.client.trust.SharingDecision.Shareable;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SharingTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final String URL = "https://cdn.example/lib.js";
  private static final OriginFacts CDN =
      new OriginFacts("cdn.example", 443, true, AddressClass.PUBLIC);
  private static final RequestHead GET = get();
  private static final ResponseHead OK = ok();
  private static final SharingRules OFFICE =
      new SharingRules(
          TrustOrigins.parse(List.of("mirror:8080")),
          List.of(HostPattern.parse("*.bank.example"), HostPattern.parse("bank.example")));

  private static RequestHead get(String... fields) {
    return new RequestHead("GET", URL, Fields.of(fields));
  }

  private static ResponseHead ok(String... fields) {
    return new ResponseHead(200, "OK", Fields.of(fields).with("ETag", "\"1\""));
  }

  private static SharingDecision decide(
      RequestHead request, ResponseHead response, OriginFacts origin, SharingRules rules) {
    return Sharing.decide(request, response, origin, List.of(), rules, NOW);
  }

  private static SharingDecision decide(RequestHead request, ResponseHead response) {
    return decide(request, response, CDN, SharingRules.DEFAULT);
  }

  private static NotShareable no(NotShareableReason reason) {
    return new NotShareable(reason);
  }

  @Test
  void aPublicAnswerOverTlsIsSharedAndVouchedFor() {
    assertThat(decide(GET, OK)).isEqualTo(new Shareable(true));
  }

  @Test
  void overPlainHttpItIsSharedByItsHashAndNotVouchedFor() {
    OriginFacts plain = new OriginFacts("cdn.example", 80, false, AddressClass.PUBLIC);
    assertThat(decide(GET, OK, plain, SharingRules.DEFAULT)).isEqualTo(new Shareable(false));
  }

  @Test
  void aTrustedOriginMayBePlainAndPrivate() {
    OriginFacts mirror = new OriginFacts("mirror", 8080, false, AddressClass.PRIVATE);
    assertThat(decide(GET, OK, mirror, OFFICE)).isEqualTo(new Shareable(true));
    OriginFacts otherPort = new OriginFacts("mirror", 80, false, AddressClass.PRIVATE);
    assertThat(decide(GET, OK, otherPort, OFFICE))
        .isEqualTo(no(NotShareableReason.PRIVATE_ADDRESS));
  }

  @ParameterizedTest
  @EnumSource(value = AddressClass.class, mode = EnumSource.Mode.EXCLUDE, names = "PUBLIC")
  void whatIsNotAtAPublicAddressStaysHere(AddressClass address) {
    OriginFacts origin = new OriginFacts("cdn.example", 443, true, address);
    assertThat(decide(GET, OK, origin, SharingRules.DEFAULT))
        .isEqualTo(no(NotShareableReason.PRIVATE_ADDRESS));
  }

  @Test
  void aPrivateNameStaysHereWhateverAddressItHas() {
    OriginFacts origin = new OriginFacts("wiki.corp", 443, true, AddressClass.PUBLIC);
    assertThat(decide(GET, OK, origin, SharingRules.DEFAULT))
        .isEqualTo(no(NotShareableReason.PRIVATE_ADDRESS));
  }

  @Test
  void anExcludedHostStaysHere() {
    for (String host : List.of("bank.example", "www.bank.example")) {
      OriginFacts origin = new OriginFacts(host, 443, true, AddressClass.PUBLIC);
      assertThat(decide(GET, OK, origin, OFFICE)).isEqualTo(no(NotShareableReason.EXCLUDED_HOST));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Authorization, Basic x, AUTHORIZATION",
    "X-Api-Key, x, AUTHORIZATION",
    "PRIVATE-TOKEN, x, AUTHORIZATION",
    "X-Amz-Security-Token, x, AUTHORIZATION",
    "Cookie, a=b, COOKIE",
    "X-Forwarded-Host, evil, UNKEYED_FIELD",
    "X-Original-URL, /admin, UNKEYED_FIELD",
    "Forwarded, host=evil, UNKEYED_FIELD",
    "X-HTTP-Method-Override, DELETE, UNKEYED_FIELD",
    "Cache-Control, no-store, REQUEST_NO_STORE",
  })
  void aRequestThatIsPersonalOrOddKeepsItsAnswerHere(
      String field, String value, NotShareableReason reason) {
    assertThat(decide(get(field, value), OK)).isEqualTo(no(reason));
  }

  @Test
  void credentialsInTheUrlKeepTheAnswerHere() {
    for (String url :
        List.of("https://me:pw@cdn.example/", "https://me@cdn.example/", "nonsense")) {
      assertThat(decide(new RequestHead("GET", url, Fields.EMPTY), OK))
          .isEqualTo(no(NotShareableReason.AUTHORIZATION));
    }
  }

  @Test
  void usualRequestFieldsAreNoObstacle() {
    RequestHead usual =
        get(
            "Accept", "*/*",
            "Accept-Encoding", "gzip",
            "User-Agent", "curl/8",
            "Referer", "https://a.example/",
            "X-Forwarded-For", "1.2.3.4",
            "npm-auth-type", "web",
            "npm-session", "4f1e",
            "If-None-Match", "\"1\"",
            "Range", "bytes=0-");
    assertThat(decide(usual, OK)).isEqualTo(new Shareable(true));
  }

  @ParameterizedTest
  @CsvSource({
    "Set-Cookie, a=b, SET_COOKIE",
    "Set-Cookie2, a=b, SET_COOKIE",
    "Cache-Control, private, PRIVATE",
    "Cache-Control, 'public, private=\"x\"', PRIVATE",
    "Cache-Control, no-store, NO_STORE",
    "Cache-Control, 'no-store, must-understand', NO_STORE",
    "Vary, *, VARY",
    "Vary, 'Accept, Cookie', VARY",
    "Vary, authorization, VARY",
  })
  void aPrivateAnswerStaysHere(String field, String value, NotShareableReason reason) {
    assertThat(decide(GET, ok(field, value))).isEqualTo(no(reason));
  }

  @Test
  void anAnswerThatNoCacheStoresStaysHere() {
    assertThat(decide(GET, new ResponseHead(200, "OK", Fields.EMPTY)))
        .isEqualTo(no(NotShareableReason.NOT_STORABLE));
  }

  @ParameterizedTest
  @CsvSource({"204", "206", "301", "304", "404", "500"})
  void onlyTwoHundredIsShared(int status) {
    assertThat(decide(GET, new ResponseHead(status, "", OK.fields())))
        .isEqualTo(no(NotShareableReason.STATUS));
  }

  @ParameterizedTest
  @CsvSource({"HEAD", "POST", "PUT", "OPTIONS", "get"})
  void onlyGetIsShared(String method) {
    assertThat(decide(new RequestHead(method, URL, Fields.EMPTY), OK))
        .isEqualTo(no(NotShareableReason.METHOD));
  }

  @Test
  void aCookieIsNoObstacleToWhatWasPublishedWithADigest() {
    RequestHead cookie = get("Cookie", "a=b");
    for (EvidenceSource source : EvidenceSource.values()) {
      List<Evidence> evidence = List.of(new Evidence.ProvesWhole(sha256("x"), source));
      SharingDecision decision =
          Sharing.decide(cookie, OK, CDN, evidence, SharingRules.DEFAULT, NOW);
      assertThat(decision)
          .as(source.token())
          .isEqualTo(source.isPublished() ? new Shareable(false) : no(NotShareableReason.COOKIE));
    }
  }

  @Test
  void peersMayBeAskedForAHostThatWasNotLookedUp() {
    OriginFacts unknown = new OriginFacts("cdn.example", 443, false, AddressClass.UNRESOLVED);
    assertThat(Sharing.againstAsking(GET, unknown, List.of(), SharingRules.DEFAULT)).isEmpty();
    OriginFacts odd = new OriginFacts("0x7f000001", 443, false, AddressClass.UNRESOLVED);
    assertThat(Sharing.againstAsking(GET, odd, List.of(), SharingRules.DEFAULT))
        .contains(NotShareableReason.PRIVATE_ADDRESS);
  }

  @Test
  void everyReasonHasWords() {
    for (NotShareableReason reason : NotShareableReason.values()) {
      assertThat(reason.explanation()).isNotBlank();
    }
  }
}
