package dev.fugitive.cache.http;

import dev.fugitive.cache.content.ContentId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import okio.ByteString;

/**
 * A response to {@code GET} as it was stored: what selected it, its head, when it was asked for and
 * came, and the content that is its body.
 *
 * <p>A value: equal where everything that was given is equal. What every decision needs
 * (directives, age on arrival, lifetime) is worked out once, when the value is made.
 */
public final class StoredResponse {
  /** The longest voucher that is kept beside a response. */
  public static final int MAX_VOUCHER_BYTES = 64 * 1024;

  private final String url;
  private final Fields selecting;
  private final ResponseHead head;
  private final Instant requestTime;
  private final Instant responseTime;
  private final ContentId content;
  private final boolean complete;
  private final Optional<ByteString> voucher;

  private final List<String> varyNames;
  private final CacheControl cacheControl;
  private final Instant date;
  private final Duration initialAge;
  private final Duration lifetime;

  /**
   * Puts together what was stored before; a new response is made by {@link #of}.
   *
   * @param url the normal spelling
   * @param selecting the request fields that the head's {@code Vary} nominates, normalised
   * @param complete whether the content is the whole body; no other is served yet
   * @param voucher signed evidence that came with the response or was made for it, opaque here
   */
  public StoredResponse(
      String url,
      Fields selecting,
      ResponseHead head,
      Instant requestTime,
      Instant responseTime,
      ContentId content,
      boolean complete,
      Optional<ByteString> voucher) {
    if (voucher.isPresent() && voucher.get().size() > MAX_VOUCHER_BYTES) {
      throw new IllegalArgumentException(
          "voucher bytes: %d (expected: at most %d)"
              .formatted(voucher.get().size(), MAX_VOUCHER_BYTES));
    }
    this.url = url;
    this.selecting = selecting;
    this.head = head;
    this.requestTime = requestTime.truncatedTo(ChronoUnit.MILLIS);
    this.responseTime = responseTime.truncatedTo(ChronoUnit.MILLIS);
    this.content = content;
    this.complete = complete;
    this.voucher = voucher;
    this.varyNames = Vary.names(head.fields());
    this.cacheControl = CacheControl.of(head.fields());
    this.date = HttpDate.of(head.fields(), "Date", responseTime).orElse(this.responseTime);
    this.initialAge = Freshness.initialAge(head.fields(), this.requestTime, this.responseTime);
    this.lifetime = Freshness.lifetime(head, cacheControl, this.responseTime);
  }

  /**
   * A response that has just come and that {@link Storability#mayStore} allows to be stored.
   *
   * @param request as it was sent to the origin
   */
  public static StoredResponse of(
      RequestHead request,
      ResponseHead head,
      Instant requestTime,
      Instant responseTime,
      ContentId content) {
    ResponseHead kept = StoredHead.of(head, responseTime);
    return new StoredResponse(
        NormalUrl.of(request.url()),
        Vary.select(request.fields(), Vary.names(kept.fields())),
        kept,
        requestTime,
        responseTime,
        content,
        true,
        Optional.empty());
  }

  /** This response with other evidence beside it. */
  public StoredResponse withVoucher(ByteString changed) {
    return new StoredResponse(
        url, selecting, head, requestTime, responseTime, content, complete, Optional.of(changed));
  }

  /** This response as the origin has just confirmed it, with the head that results. */
  StoredResponse validated(ResponseHead changed, Instant requestTime, Instant responseTime) {
    return new StoredResponse(
        url, selecting, changed, requestTime, responseTime, content, complete, voucher);
  }

  /** The URL in its normal spelling. */
  public String url() {
    return url;
  }

  /** The request fields that selected this response, one line per nominated name that was there. */
  public Fields selecting() {
    return selecting;
  }

  /** Status and end-to-end fields. */
  public ResponseHead head() {
    return head;
  }

  /** When the request for it was sent. */
  public Instant requestTime() {
    return requestTime;
  }

  /** When its head came. */
  public Instant responseTime() {
    return responseTime;
  }

  /** The body. */
  public ContentId content() {
    return content;
  }

  /** Whether the content is the whole body. */
  public boolean complete() {
    return complete;
  }

  /** Signed evidence for this response, opaque here. */
  public Optional<ByteString> voucher() {
    return voucher;
  }

  /** The key under which all variants of this resource are found. */
  public ResourceKey primaryKey() {
    return ResourceKey.primary("GET", url);
  }

  /** The key of this variant. */
  public ResourceKey variantKey() {
    return ResourceKey.variant("GET", url, varyNames, selecting);
  }

  /** The names that {@code Vary} nominates, in lower case, sorted. */
  public List<String> varyNames() {
    return varyNames;
  }

  /** The directives of the response. */
  public CacheControl cacheControl() {
    return cacheControl;
  }

  /** When the origin says it made the response; where it does not say, when the response came. */
  public Instant date() {
    return date;
  }

  /** RFC 9111 section 4.2.3, {@code corrected_initial_age}. */
  Duration initialAge() {
    return initialAge;
  }

  /** RFC 9111 section 4.2.1, {@code freshness_lifetime}. */
  Duration lifetime() {
    return lifetime;
  }

  /** The entity tag, where it is well formed. */
  public Optional<EntityTag> entityTag() {
    return head.fields().first("ETag").flatMap(EntityTag::parse);
  }

  /** The modification date, where it is well formed. */
  public Optional<Instant> lastModified() {
    return HttpDate.of(head.fields(), "Last-Modified", responseTime);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StoredResponse that
        && url.equals(that.url)
        && selecting.equals(that.selecting)
        && head.equals(that.head)
        && requestTime.equals(that.requestTime)
        && responseTime.equals(that.responseTime)
        && content.equals(that.content)
        && complete == that.complete
        && voucher.equals(that.voucher);
  }

  @Override
  public int hashCode() {
    return Objects.hash(url, selecting, head, requestTime, responseTime, content);
  }

  @Override
  public String toString() {
    return "StoredResponse[%d %s %s %s]".formatted(head.status(), url, selecting.lines(), content);
  }
}
