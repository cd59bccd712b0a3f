package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.cache.http.StoredResponse;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.trust.TrustList;
import dev.fugitive.client.trust.Voucher;
import dev.fugitive.client.trust.VoucherVerdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import okio.ByteString;
import org.junit.jupiter.api.Test;

class ShownVouchersTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final RequestHead REQUEST =
      new RequestHead("GET", "https://cdn.example/lib.js", Fields.EMPTY);
  private static final ContentId ONE = content("one");
  private static final ContentId OTHER = content("other");
  private static final VoucherVerdict FORGED =
      new VoucherVerdict.Rejected(VoucherVerdict.Reason.BAD_SIGNATURE);
  private static final VoucherVerdict REPEATED = new VoucherVerdict.Repeated();

  private final Identity first = Identity.generate();
  private final Identity second = Identity.generate();
  private final TrustList trust =
      TrustList.of(Identity.generate().peerId(), List.of(first.peerId(), second.peerId()));
  private final ShownVouchers vouchers = new ShownVouchers(REQUEST, () -> trust, NOW);

  private static ContentId content(String seed) {
    return new ContentId(ByteString.encodeUtf8(seed).sha256(), 4);
  }

  private static ByteString voucher(Identity signer, ContentId content, String freshness) {
    ResponseHead head = new ResponseHead(200, "OK", Fields.of("Cache-Control", freshness));
    Instant at = NOW.minusSeconds(60);
    StoredResponse answer = StoredResponse.of(REQUEST, head, at, at, content);
    return Voucher.of(answer, List.of(), at, Duration.ofDays(1), signer.peerId())
        .orElseThrow()
        .sign(signer);
  }

  private static ByteString forged(ByteString voucher) {
    byte[] bytes = voucher.toByteArray();
    bytes[bytes.length - 1] ^= 1;
    return ByteString.of(bytes);
  }

  @Test
  void whatNamesTheContentThatIsBelievedIsNotChecked() {
    ByteString believed = voucher(first, ONE, "max-age=3600");
    assertThat(vouchers.check(believed)).isInstanceOf(VoucherVerdict.Accepted.class);
    assertThat(vouchers.check(voucher(second, ONE, "max-age=3600"))).isEqualTo(REPEATED);
    assertThat(vouchers.check(forged(voucher(second, ONE, "max-age=60")))).isEqualTo(REPEATED);
    assertThat(vouchers.check(believed)).isInstanceOf(VoucherVerdict.Accepted.class);
  }

  @Test
  void whatNamesAnotherContentIsChecked() {
    vouchers.check(voucher(first, ONE, "max-age=3600"));
    ByteString other = voucher(second, OTHER, "max-age=3600");
    assertThat(vouchers.check(forged(other))).isEqualTo(FORGED);
    assertThat(vouchers.check(other)).isInstanceOf(VoucherVerdict.Accepted.class);
  }

  @Test
  void whatIsForgedMakesNobodyBelieved() {
    assertThat(vouchers.check(forged(voucher(first, ONE, "max-age=3600")))).isEqualTo(FORGED);
    assertThat(vouchers.check(forged(voucher(second, ONE, "max-age=3600")))).isEqualTo(FORGED);
  }

  @Test
  void besideAStaleOneTheOthersAreChecked() {
    vouchers.check(voucher(first, ONE, "max-age=1"));
    assertThat(vouchers.check(voucher(second, ONE, "max-age=3600")))
        .isInstanceOf(VoucherVerdict.Accepted.class);
  }
}
