package dev.fugitive.client.trust;

import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.http.Freshness;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.trust.VoucherVerdict.Accepted;
import dev.fugitive.client.trust.VoucherVerdict.Reason;
import dev.fugitive.client.trust.VoucherVerdict.Rejected;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okio.ByteString;

/** Whether a voucher counts for a request, and which of several. */
public final class VoucherCheck {
  /** How far the clocks of two machines may differ. */
  public static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  private VoucherCheck() {}

  /** Checks one voucher, as it came from a peer, against our own request. */
  public static VoucherVerdict check(
      ByteString signed, RequestHead request, TrustList trust, Instant now) {
    Optional<VoucherCodec.Received> received = VoucherCodec.decode(signed);
    if (received.isEmpty()) {
      return new Rejected(Reason.MALFORMED);
    }
    Voucher voucher = received.get().voucher();
    return againstSignature(received.get(), trust)
        .or(() -> againstRequest(voucher, request))
        .or(() -> againstTime(voucher, now))
        .or(() -> againstHead(voucher, request, now))
        .<VoucherVerdict>map(Rejected::new)
        .orElseGet(() -> new Accepted(voucher, signed));
  }

  /**
   * Chooses among vouchers that were accepted for one request. Of each signer only the latest
   * counts. A fresh answer goes before a stale one; of stale ones the latest goes first, since the
   * origin will be asked to validate it anyway. Keys that name different contents while both
   * answers are fresh contradict each other: the origin must say who is right.
   */
  public static VoucherChoice choose(
      Collection<Accepted> accepted, RequestHead request, Instant now) {
    Comparator<Accepted> byTime =
        Comparator.comparing((Accepted a) -> a.voucher().responseTime())
            .thenComparing(a -> a.voucher().issuedAt());
    Map<PeerId, Accepted> latest = new HashMap<>();
    for (Accepted each : accepted) {
      latest.merge(each.voucher().signer(), each, (a, b) -> byTime.compare(a, b) >= 0 ? a : b);
    }
    List<Accepted> latestFirst = latest.values().stream().sorted(byTime.reversed()).toList();
    List<Accepted> fresh =
        latestFirst.stream()
            .filter(a -> Freshness.isFresh(a.voucher().toStored(request, a.signed()), now))
            .toList();
    long contents = fresh.stream().map(a -> a.voucher().content()).distinct().count();
    if (contents > 1) {
      return new VoucherChoice.Contradiction(fresh);
    }
    List<Accepted> candidates = fresh.isEmpty() ? latestFirst : fresh;
    return candidates.isEmpty()
        ? new VoucherChoice.NoVoucher()
        : new VoucherChoice.Chosen(candidates.getFirst());
  }

  private static Optional<Reason> againstSignature(
      VoucherCodec.Received received, TrustList trust) {
    PeerId signer = received.voucher().signer();
    if (!trust.trusts(signer)) {
      return Optional.of(Reason.UNTRUSTED_KEY);
    }
    ByteString message = VoucherCodec.signed(received.payload());
    return Identity.verify(signer, message, received.signature())
        ? Optional.empty()
        : Optional.of(Reason.BAD_SIGNATURE);
  }

  private static Optional<Reason> againstRequest(Voucher voucher, RequestHead request) {
    if (!voucher.resource().equals(ResourceKey.primary(request))) {
      return Optional.of(Reason.OTHER_RESOURCE);
    }
    return voucher.variant().equals(ResourceKey.variant(request, voucher.varyNames()))
        ? Optional.empty()
        : Optional.of(Reason.OTHER_VARIANT);
  }

  private static Optional<Reason> againstTime(Voucher voucher, Instant now) {
    if (voucher.issuedAt().isAfter(now.plus(CLOCK_SKEW))) {
      return Optional.of(Reason.FROM_THE_FUTURE);
    }
    return now.isBefore(voucher.expiresAt()) ? Optional.empty() : Optional.of(Reason.EXPIRED);
  }

  /**
   * A signature makes a statement authentic, not public: the rules for answers hold all the same.
   */
  private static Optional<Reason> againstHead(Voucher voucher, RequestHead request, Instant now) {
    if (voucher.head().status() != 200) {
      return Optional.of(Reason.STATUS);
    }
    if (Sharing.hasCookie(request) || Sharing.againstRequest(request).isPresent()) {
      return Optional.of(Reason.PRIVATE_REQUEST);
    }
    boolean personal = !Voucher.isForEverybody(voucher.head().fields());
    RequestHead get = new RequestHead("GET", request.url(), request.fields());
    if (personal || Sharing.againstAnswer(get, voucher.head(), now).isPresent()) {
      return Optional.of(Reason.NOT_PUBLIC);
    }
    return contradictsItself(voucher, get)
        ? Optional.of(Reason.CONTRADICTS_ITSELF)
        : Optional.empty();
  }

  private static boolean contradictsItself(Voucher voucher, RequestHead get) {
    String length = Long.toString(voucher.content().length());
    boolean otherLength =
        voucher.head().fields().all("Content-Length").stream()
            .anyMatch(stated -> !stated.strip().equals(length));
    List<Digest> stated =
        EvidenceRules.ofResponse(get, voucher.head()).stream()
            .map(Evidence.ProvesWhole::digest)
            .toList();
    return otherLength || stated.stream().anyMatch(voucher::contradicts);
  }
}
