package dev.fugitive.client.trust;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.HopByHop;
import dev.fugitive.cache.http.NormalUrl;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.cache.http.StoredResponse;
import dev.fugitive.cache.http.Vary;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import okio.ByteString;

/**
 * A key's statement that a resource had this head and this content at this time.
 *
 * <p>The URL is not in it, only its key: who lacks the URL learns nothing of it from a voucher. How
 * long the answer is fresh is what its own head says, counted from the times of the exchange.
 *
 * @param resource the primary key: method and URL
 * @param variant the key with the request fields that the head's {@code Vary} selects
 * @param head status and the fields that concern everybody
 * @param content the body's root and length
 * @param digests flat digests of the body, one of each algorithm at most
 * @param requestTime when the signer asked the origin
 * @param responseTime when the origin's answer came
 * @param issuedAt when the voucher was signed
 * @param expiresAt when it stops to count, at most {@link #MAX_VALIDITY} later
 * @param signer whose statement it is
 */
public record Voucher(
    ResourceKey resource,
    ResourceKey variant,
    ResponseHead head,
    ContentId content,
    List<Digest> digests,
    Instant requestTime,
    Instant responseTime,
    Instant issuedAt,
    Instant expiresAt,
    PeerId signer) {
  /** The longest time that a voucher counts. */
  public static final Duration MAX_VALIDITY = Duration.ofDays(30);

  static final int MAX_FIELDS = 128;
  static final int MAX_NAME_CHARS = 128;
  static final int MAX_VALUE_CHARS = 8 * 1024;

  /** End-to-end fields that were meant for one client, one exchange or one path. */
  private static final Set<String> PERSONAL_FIELDS =
      Set.of(
          "set-cookie",
          "set-cookie2",
          "www-authenticate",
          "authentication-info",
          "clear-site-data",
          "alt-svc",
          "via",
          "cache-status",
          "fugitive-source",
          "server-timing",
          "nel",
          "report-to",
          "reporting-endpoints");

  public Voucher {
    checkFields(head.fields());
    digests = List.copyOf(digests);
    long algorithms = digests.stream().map(Digest::algorithm).distinct().count();
    if (algorithms != digests.size()) {
      throw new IllegalArgumentException("digests: " + digests + " (expected: one an algorithm)");
    }
    if (!issuedAt.isBefore(expiresAt)
        || expiresAt.isAfter(issuedAt.plus(MAX_VALIDITY))
        || responseTime.isBefore(requestTime)
        || issuedAt.isBefore(responseTime)) {
      throw new IllegalArgumentException(
          "voucher times: %s, %s, %s, %s (expected: asked, answered, issued, expires in 30 days)"
              .formatted(requestTime, responseTime, issuedAt, expiresAt));
    }
  }

  /**
   * The statement about an answer that {@link Sharing#decide} allows to vouch for; empty where its
   * head is too long to be carried, or the clock was set back since it came.
   *
   * @param digests what hashing the body gave
   * @param validity how long it shall count, at most {@link #MAX_VALIDITY}
   */
  public static Optional<Voucher> of(
      StoredResponse answer,
      Collection<Digest> digests,
      Instant now,
      Duration validity,
      PeerId signer) {
    Instant issuedAt = now.truncatedTo(ChronoUnit.MILLIS);
    if (issuedAt.isBefore(answer.responseTime())
        || answer.responseTime().isBefore(answer.requestTime())) {
      return Optional.empty();
    }
    Fields fields = forEverybody(answer.head().fields());
    if (!isCarriable(fields)) {
      return Optional.empty();
    }
    Voucher voucher =
        new Voucher(
            answer.primaryKey(),
            answer.variantKey(),
            headOf(answer.head().status(), fields),
            answer.content(),
            digests.stream().sorted(Comparator.comparing(Digest::algorithm)).toList(),
            answer.requestTime(),
            answer.responseTime(),
            issuedAt,
            issuedAt.plus(validity),
            signer);
    boolean fits =
        VoucherCodec.payload(voucher).size() <= VoucherCodec.MAX_BYTES - VoucherCodec.FRAME_BYTES;
    return fits ? Optional.of(voucher) : Optional.empty();
  }

  /** This statement signed, as it travels. */
  public ByteString sign(Identity identity) {
    if (!identity.peerId().equals(signer)) {
      throw new IllegalArgumentException(
          "signing key: " + identity.peerId() + " (expected: " + signer + ")");
    }
    ByteString payload = VoucherCodec.payload(this);
    return VoucherCodec.frame(payload, identity.sign(VoucherCodec.signed(payload)));
  }

  /** The request fields that selected this answer. */
  public List<String> varyNames() {
    return Vary.names(head.fields());
  }

  /** Whether this names the body by another digest of the same algorithm. */
  public boolean contradicts(Digest digest) {
    return digests.stream()
        .anyMatch(own -> own.algorithm() == digest.algorithm() && !own.equals(digest));
  }

  /**
   * The answer as our own cache keeps it.
   *
   * @param request the request that the voucher was checked against
   * @param signed the bytes that were checked, to be shown to others
   */
  public StoredResponse toStored(RequestHead request, ByteString signed) {
    return new StoredResponse(
        NormalUrl.of(request.url()),
        Vary.select(request.fields(), varyNames()),
        head,
        requestTime,
        responseTime,
        content,
        true,
        Optional.of(signed));
  }

  /** Whose key a voucher is by, as it says itself; empty where the bytes are none. */
  public static Optional<PeerId> signerOf(ByteString signed) {
    return VoucherCodec.decode(signed).map(received -> received.voucher().signer());
  }

  /** Which content a voucher names, as it says itself; empty where the bytes are none. */
  public static Optional<ContentId> contentOf(ByteString signed) {
    return VoucherCodec.decode(signed).map(received -> received.voucher().content());
  }

  /** A head without the reason phrase that the origin chose, which has no meaning. */
  static ResponseHead headOf(int status, Fields fields) {
    return new ResponseHead(status, status == 200 ? "OK" : "", fields);
  }

  private static Fields forEverybody(Fields fields) {
    return new Fields(
        HopByHop.removeFrom(fields).lines().stream()
            .filter(line -> !isPersonal(line.name()))
            .toList());
  }

  /** Whether no field is one that {@link #of} leaves out. */
  static boolean isForEverybody(Fields fields) {
    return forEverybody(fields).lines().size() == fields.lines().size();
  }

  private static boolean isPersonal(String fieldName) {
    return PERSONAL_FIELDS.contains(fieldName.toLowerCase(Locale.ROOT));
  }

  private static boolean isCarriable(Fields fields) {
    return fields.lines().size() <= MAX_FIELDS
        && fields.lines().stream().allMatch(line -> isName(line.name()) && isValue(line.value()));
  }

  private static void checkFields(Fields fields) {
    if (!isCarriable(fields)) {
      throw new IllegalArgumentException(
          "head: %d fields (expected: at most %d, each of valid characters and bounded length)"
              .formatted(fields.lines().size(), MAX_FIELDS));
    }
  }

  /** RFC 9110 section 5.1: a token. */
  private static boolean isName(String name) {
    return !name.isEmpty()
        && name.length() <= MAX_NAME_CHARS
        && name.chars().allMatch(c -> c > 0x20 && c < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0);
  }

  /** RFC 9110 section 5.5: no control character, so that no value can start a new line. */
  private static boolean isValue(String value) {
    return value.length() <= MAX_VALUE_CHARS
        && value.chars().allMatch(c -> c == '\t' || (c >= 0x20 && c <= 0xff && c != 0x7f));
  }
}
