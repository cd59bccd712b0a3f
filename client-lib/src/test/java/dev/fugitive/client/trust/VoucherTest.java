package dev.fugitive.client.trust;

import static dev.fugitive.client.trust.IntegrityTest.sha256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.cache.http.StoredResponse;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.trust.VoucherVerdict.Accepted;
import dev.fugitive.client.trust.VoucherVerdict.Reason;
import dev.fugitive.client.trust.VoucherVerdict.Rejected;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import okio.Buffer;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VoucherTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);
  private static final Identity SIGNER = Identity.generate();
  private static final Identity OTHER = Identity.generate();
  private static final TrustList TRUST =
      TrustList.of(Identity.generate().peerId(), List.of(SIGNER.peerId(), OTHER.peerId()));
  private static final ContentId CONTENT = content("body", 4);
  private static final List<Digest> DIGESTS = List.of(sha256("body"));
  private static final RequestHead REQUEST =
      get("https://cdn.example/lib.js", "Accept-Encoding", "gzip");
  private static final ByteString SIGNED = sign(SIGNER, REQUEST, ok(), CONTENT, NOW);

  private static ContentId content(String seed, long length) {
    return new ContentId(ByteString.encodeUtf8(seed).sha256(), length);
  }

  private static RequestHead get(String url, String... fields) {
    return new RequestHead("GET", url, Fields.of(fields));
  }

  private static ResponseHead ok(String... fields) {
    Fields all =
        Fields.of(fields)
            .with("Cache-Control", "max-age=3600")
            .with("Vary", "Accept-Encoding")
            .with("Content-Type", "text/javascript");
    return new ResponseHead(200, "OK", all);
  }

  private static StoredResponse stored(
      RequestHead request, ResponseHead head, ContentId content, Instant at) {
    return StoredResponse.of(request, head, at.minusMillis(20), at, content);
  }

  private static ByteString sign(
      Identity signer, RequestHead request, ResponseHead head, ContentId content, Instant at) {
    return Voucher.of(stored(request, head, content, at), DIGESTS, at, DAY, signer.peerId())
        .orElseThrow()
        .sign(signer);
  }

  private static VoucherVerdict check(ByteString signed, RequestHead request) {
    return VoucherCheck.check(signed, request, TRUST, NOW.plusSeconds(60));
  }

  private static Accepted accepted(ByteString signed) {
    return (Accepted) check(signed, REQUEST);
  }

  @Test
  void aVoucherSaysWhatTheOriginSaid() {
    Voucher voucher = accepted(SIGNED).voucher();
    assertThat(voucher.content()).isEqualTo(CONTENT);
    assertThat(voucher.digests()).isEqualTo(DIGESTS);
    assertThat(voucher.signer()).isEqualTo(SIGNER.peerId());
    assertThat(voucher.responseTime()).isEqualTo(NOW);
    assertThat(voucher.head().status()).isEqualTo(200);
    assertThat(voucher.head().fields().first("content-type")).contains("text/javascript");
  }

  @Test
  void itBecomesTheStoredResponseThatTheSignerHad() {
    StoredResponse signersOwn = stored(REQUEST, ok(), CONTENT, NOW);
    StoredResponse ours = accepted(SIGNED).voucher().toStored(REQUEST, SIGNED);
    assertThat(ours).isEqualTo(signersOwn.withVoucher(SIGNED));
  }

  @Test
  void itCountsForTheSameRequestAndNoOther() {
    assertThat(check(SIGNED, get("HTTPS://CDN.example:443/lib.js", "accept-encoding", "gzip")))
        .isInstanceOf(Accepted.class);
    assertThat(check(SIGNED, get("https://cdn.example/lib.js?v=2", "Accept-Encoding", "gzip")))
        .isEqualTo(new Rejected(Reason.OTHER_RESOURCE));
    assertThat(check(SIGNED, get("http://cdn.example/lib.js", "Accept-Encoding", "gzip")))
        .isEqualTo(new Rejected(Reason.OTHER_RESOURCE));
    assertThat(check(SIGNED, get(REQUEST.url(), "Accept-Encoding", "br")))
        .isEqualTo(new Rejected(Reason.OTHER_VARIANT));
    assertThat(check(SIGNED, get(REQUEST.url()))).isEqualTo(new Rejected(Reason.OTHER_VARIANT));
    assertThat(check(SIGNED, new RequestHead("POST", REQUEST.url(), REQUEST.fields())))
        .isEqualTo(new Rejected(Reason.OTHER_RESOURCE));
  }

  @Test
  void onlyTrustedKeysCount() {
    TrustList nobody = TrustList.of(OTHER.peerId(), List.of());
    assertThat(VoucherCheck.check(SIGNED, REQUEST, nobody, NOW))
        .isEqualTo(new Rejected(Reason.UNTRUSTED_KEY));
    assertThat(VoucherCheck.check(SIGNED, REQUEST, TrustList.of(SIGNER.peerId(), List.of()), NOW))
        .isInstanceOf(Accepted.class);
  }

  @Test
  void aSignatureForAnotherPurposeIsNone() {
    VoucherCodec.Received received = VoucherCodec.decode(SIGNED).orElseThrow();
    ByteString bare = SIGNER.sign(received.payload());
    assertThat(check(VoucherCodec.frame(received.payload(), bare), REQUEST))
        .isEqualTo(new Rejected(Reason.BAD_SIGNATURE));
  }

  @Property(tries = 1500, seed = "25519")
  void anyChangedByteMakesItWorthless(
      @ForAll @IntRange(max = Integer.MAX_VALUE - 1) int at,
      @ForAll @IntRange(min = 1, max = 255) int flip) {
    byte[] tampered = SIGNED.toByteArray();
    tampered[at % tampered.length] ^= (byte) flip;
    assertThat(check(ByteString.of(tampered), REQUEST)).isInstanceOf(Rejected.class);
  }

  @Test
  void everyBitOfItCounts() {
    for (int i = 0; i < SIGNED.size(); i++) {
      byte[] tampered = SIGNED.toByteArray();
      tampered[i] ^= 1;
      assertThat(check(ByteString.of(tampered), REQUEST))
          .as("byte %d", i)
          .isInstanceOf(Rejected.class);
    }
  }

  @Property(tries = 2000, seed = "25520")
  void anyBytesAreAcceptedOrRejected(@ForAll @Size(max = 300) byte[] bytes) {
    assertThat(check(ByteString.of(bytes), REQUEST)).isEqualTo(new Rejected(Reason.MALFORMED));
  }

  @Property(tries = 500, seed = "25521")
  void anyCutOrAppendedVoucherIsMalformed(
      @ForAll @IntRange(max = 1000) int length, @ForAll @Size(min = 1, max = 9) byte[] more) {
    ByteString cut = SIGNED.substring(0, Math.min(length, SIGNED.size() - 1));
    assertThat(check(cut, REQUEST)).isEqualTo(new Rejected(Reason.MALFORMED));
    ByteString longer = new Buffer().write(SIGNED).write(more).readByteString();
    assertThat(check(longer, REQUEST)).isEqualTo(new Rejected(Reason.MALFORMED));
  }

  @Test
  void itCountsFromItsIssueToItsExpiry() {
    assertThat(at(NOW.minus(VoucherCheck.CLOCK_SKEW))).isInstanceOf(Accepted.class);
    assertThat(at(NOW.minus(VoucherCheck.CLOCK_SKEW).minusMillis(1)))
        .isEqualTo(new Rejected(Reason.FROM_THE_FUTURE));
    assertThat(at(NOW.plus(DAY).minusMillis(1))).isInstanceOf(Accepted.class);
    assertThat(at(NOW.plus(DAY))).isEqualTo(new Rejected(Reason.EXPIRED));
  }

  private static VoucherVerdict at(Instant now) {
    return VoucherCheck.check(SIGNED, REQUEST, TRUST, now);
  }

  @Test
  void nobodyCanVouchForLongerThanThirtyDays() {
    StoredResponse answer = stored(REQUEST, ok(), CONTENT, NOW);
    Duration tooLong = Voucher.MAX_VALIDITY.plusMillis(1);
    assertThatThrownBy(() -> Voucher.of(answer, DIGESTS, NOW, tooLong, SIGNER.peerId()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void noVoucherIsMadeOnceTheClockWasSetBack() {
    StoredResponse answer = stored(REQUEST, ok(), CONTENT, NOW);
    assertThat(Voucher.of(answer, DIGESTS, NOW.minusSeconds(1), DAY, SIGNER.peerId())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Cache-Control, private, NOT_PUBLIC",
    "Cache-Control, no-store, NOT_PUBLIC",
    "Vary, *, NOT_PUBLIC",
    "Vary, Cookie, NOT_PUBLIC",
    "Content-Length, 5, CONTRADICTS_ITSELF",
    "Content-Length, -, CONTRADICTS_ITSELF",
    "X-Checksum-Sha256, aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, CONTRADICTS_ITSELF",
  })
  void aSignatureMakesNoPrivateOrFalseAnswerPublic(String field, String value, Reason reason) {
    ResponseHead head = new ResponseHead(200, "OK", ok().fields().with(field, value));
    assertThat(check(sign(SIGNER, REQUEST, head, CONTENT, NOW), REQUEST))
        .isEqualTo(new Rejected(reason));
  }

  @ParameterizedTest
  @CsvSource({
    "Set-Cookie, session=attacker",
    "Transfer-Encoding, chunked",
    "Connection, x",
    "Clear-Site-Data, *",
    "Proxy-Authenticate, Basic"
  })
  void aSignersFieldForOneClientReachesNobody(String field, String value) {
    Voucher clean = accepted(SIGNED).voucher();
    Fields poisoned = clean.head().fields().with(field, value);
    ByteString signed = withHead(clean, new ResponseHead(200, "OK", poisoned)).sign(SIGNER);
    assertThat(check(signed, REQUEST)).isEqualTo(new Rejected(Reason.NOT_PUBLIC));
  }

  private static Voucher withHead(Voucher voucher, ResponseHead head) {
    return new Voucher(
        voucher.resource(),
        voucher.variant(),
        head,
        voucher.content(),
        voucher.digests(),
        voucher.requestTime(),
        voucher.responseTime(),
        voucher.issuedAt(),
        voucher.expiresAt(),
        voucher.signer());
  }

  @ParameterizedTest
  @CsvSource({"204", "206", "301", "404"})
  void onlyTwoHundredCanBeVouchedFor(int status) {
    ResponseHead head = new ResponseHead(status, "", ok().fields());
    assertThat(check(sign(SIGNER, REQUEST, head, CONTENT, NOW), REQUEST))
        .isEqualTo(new Rejected(Reason.STATUS));
  }

  @ParameterizedTest
  @CsvSource({"Cookie, a=b", "Authorization, Basic x", "Cache-Control, no-store"})
  void aPrivateRequestTakesNoVoucher(String field, String value) {
    RequestHead request =
        new RequestHead("GET", REQUEST.url(), REQUEST.fields().with(field, value));
    assertThat(check(SIGNED, request)).isEqualTo(new Rejected(Reason.PRIVATE_REQUEST));
  }

  @Test
  void whatConcernsOneClientOrOnePathIsNotCarried() {
    ResponseHead head =
        ok(
            "Connection", "close, X-Hop",
            "X-Hop", "1",
            "Keep-Alive", "timeout=5",
            "Via", "1.1 office-proxy",
            "Alt-Svc", "h3=\":443\"",
            "Clear-Site-Data", "\"*\"",
            "Content-Security-Policy", "default-src 'self'");
    Voucher voucher = accepted(sign(SIGNER, REQUEST, head, CONTENT, NOW)).voucher();
    assertThat(voucher.head().fields().lines())
        .extracting(Fields.Field::name)
        .containsExactlyInAnyOrder(
            "Content-Security-Policy", "Cache-Control", "Vary", "Content-Type", "Date");
  }

  @Test
  void aHeadThatIsTooLongIsNotVouchedFor() {
    ResponseHead wide = ok("X", "x".repeat(8000), "Y", "y".repeat(8000), "Z", "z".repeat(1000));
    assertThat(voucherFor(wide)).isEmpty();
    assertThat(voucherFor(ok("X", "x".repeat(9000)))).isEmpty();
    assertThat(voucherFor(ok("X", "\r\nEvil: 1"))).isEmpty();
    assertThat(voucherFor(ok("X", "\u20ac"))).isEmpty();
  }

  private static Optional<Voucher> voucherFor(ResponseHead head) {
    return Voucher.of(stored(REQUEST, head, CONTENT, NOW), DIGESTS, NOW, DAY, SIGNER.peerId());
  }

  @Property(tries = 300, seed = "25522")
  void anyHeadThatCanBeCarriedComesThrough(
      @ForAll @Size(max = 20) List<@Size(max = 50) byte[]> values) {
    Fields fields = ok().fields();
    for (int i = 0; i < values.size(); i++) {
      String text = ByteString.of(values.get(i)).base64().replace('=', '\u00e9');
      fields = fields.with("X-" + i, text);
    }
    Voucher made = voucherFor(new ResponseHead(200, "OK", fields)).orElseThrow();
    assertThat(VoucherCodec.decode(made.sign(SIGNER)).orElseThrow().voucher()).isEqualTo(made);
  }

  @Test
  void aKeySignsForItselfOnly() {
    Voucher voucher = accepted(SIGNED).voucher();
    assertThatThrownBy(() -> voucher.sign(OTHER)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aDigestOfTheSameAlgorithmCanContradict() {
    Voucher voucher = accepted(SIGNED).voucher();
    Digest sha512 = new Digest(Digest.Algorithm.SHA_512, ByteString.EMPTY.sha512());
    assertThat(voucher.contradicts(sha256("body"))).isFalse();
    assertThat(voucher.contradicts(sha256("other"))).isTrue();
    assertThat(voucher.contradicts(sha512)).isFalse();
  }

  private static VoucherChoice choose(ByteString... signed) {
    List<Accepted> all = List.of(signed).stream().map(VoucherTest::accepted).toList();
    return VoucherCheck.choose(all, REQUEST, NOW.plusSeconds(60));
  }

  private static VoucherChoice chosen(ByteString signed) {
    return new VoucherChoice.Chosen(accepted(signed));
  }

  @Test
  void ofOneSignerTheLatestCounts() {
    ByteString older = sign(SIGNER, REQUEST, ok(), content("old", 3), NOW.minusSeconds(100));
    assertThat(choose(older, SIGNED)).isEqualTo(chosen(SIGNED));
    assertThat(choose(SIGNED, older)).isEqualTo(chosen(SIGNED));
    assertThat(choose()).isEqualTo(new VoucherChoice.NoVoucher());
  }

  @Test
  void keysThatAgreeAreFollowed() {
    ByteString same = sign(OTHER, REQUEST, ok(), CONTENT, NOW.minusSeconds(5));
    assertThat(choose(same, SIGNED)).isEqualTo(chosen(SIGNED));
  }

  @Test
  void keysThatContradictEachOtherSendUsToTheOrigin() {
    ByteString other = sign(OTHER, REQUEST, ok(), content("evil", 4), NOW.minusSeconds(5));
    assertThat(choose(other, SIGNED))
        .isEqualTo(new VoucherChoice.Contradiction(List.of(accepted(SIGNED), accepted(other))));
  }

  @Test
  void aStaleAnswerContradictsNobody() {
    ByteString stale = sign(OTHER, REQUEST, ok(), content("old", 4), NOW.minusSeconds(7200));
    assertThat(choose(stale, SIGNED)).isEqualTo(chosen(SIGNED));
    ByteString staler = sign(SIGNER, REQUEST, ok(), content("older", 4), NOW.minusSeconds(9000));
    assertThat(choose(staler, stale)).isEqualTo(chosen(stale));
  }
}
