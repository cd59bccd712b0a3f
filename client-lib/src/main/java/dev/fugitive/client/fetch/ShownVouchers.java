package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.http.Freshness;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.client.trust.TrustList;
import dev.fugitive.client.trust.Voucher;
import dev.fugitive.client.trust.VoucherCheck;
import dev.fugitive.client.trust.VoucherVerdict;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The vouchers that peers show for one request, each checked once, by the thread that meets it
 * first; safe for use by several.
 *
 * <p>A signature costs a processor a millisecond, and of a small content every holder shows a
 * voucher of its own. So one that names the content which a fresh and accepted one names is not
 * checked: it can neither add to that nor contradict it.
 */
final class ShownVouchers {
  private final RequestHead request;
  private final Supplier<TrustList> trust;
  private final Instant now;
  private final Map<ByteString, VoucherVerdict> verdicts = new ConcurrentHashMap<>();

  /** What the first one that was accepted and fresh names; set once or a few times, by anybody. */
  private volatile @Nullable ContentId believed;

  ShownVouchers(RequestHead request, Supplier<TrustList> trust, Instant now) {
    this.request = request;
    this.trust = trust;
    this.now = now;
  }

  VoucherVerdict check(ByteString shown) {
    return verdicts.computeIfAbsent(shown, this::judge);
  }

  private VoucherVerdict judge(ByteString shown) {
    ContentId named = believed;
    if (named != null && Voucher.contentOf(shown).filter(named::equals).isPresent()) {
      return new VoucherVerdict.Repeated();
    }
    VoucherVerdict verdict = VoucherCheck.check(shown, request, trust.get(), now);
    if (verdict instanceof VoucherVerdict.Accepted(Voucher voucher, ByteString signed)
        && Freshness.isFresh(voucher.toStored(request, signed), now)) {
      believed = voucher.content();
    }
    return verdict;
  }
}
