package dev.fugitive.cache.http;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** How this cache handled a request: our member of {@code Cache-Status} (RFC 9211). */
public record CacheStatus(
    Optional<ForwardReason> forward,
    OptionalLong ttlSeconds,
    OptionalInt forwardStatus,
    boolean stored,
    boolean collapsed,
    Optional<String> detail) {
  /** The name of this cache in the field. */
  public static final String CACHE_NAME = "Fugitive";

  /** Why a request went forward (RFC 9211 section 2.2). */
  public enum ForwardReason {
    BYPASS("bypass"),
    METHOD("method"),
    URI_MISS("uri-miss"),
    VARY_MISS("vary-miss"),
    MISS("miss"),
    REQUEST("request"),
    STALE("stale"),
    PARTIAL("partial");

    private final String token;

    ForwardReason(String token) {
      this.token = token;
    }

    /** The value in the field. */
    public String token() {
      return token;
    }
  }

  /** Answered from the store; it stays fresh for this long (negative: stale for so long). */
  static CacheStatus hit(Duration ttl) {
    return new CacheStatus(
        Optional.empty(),
        OptionalLong.of(ttl.toSeconds()),
        OptionalInt.empty(),
        false,
        false,
        Optional.empty());
  }

  /** Went forward for this reason. */
  static CacheStatus forward(ForwardReason reason) {
    return new CacheStatus(
        Optional.of(reason),
        OptionalLong.empty(),
        OptionalInt.empty(),
        false,
        false,
        Optional.empty());
  }

  /** Whether the request was answered without going forward. */
  public boolean hit() {
    return forward.isEmpty();
  }

  /**
   * RFC 9211 section 2.2: a miss where the cache "was able to select a partial response for the
   * request, but it did not contain all of the requested ranges".
   */
  public CacheStatus completing() {
    boolean miss =
        forward
            .filter(why -> why == ForwardReason.URI_MISS || why == ForwardReason.VARY_MISS)
            .isPresent();
    return miss
        ? new CacheStatus(
            Optional.of(ForwardReason.PARTIAL),
            ttlSeconds,
            forwardStatus,
            stored,
            collapsed,
            detail)
        : this;
  }

  /** With the status that the next server gave. */
  public CacheStatus withForwardStatus(int status) {
    return new CacheStatus(forward, ttlSeconds, OptionalInt.of(status), stored, collapsed, detail);
  }

  /** With whether the response was stored. */
  public CacheStatus withStored(boolean changed) {
    return new CacheStatus(forward, ttlSeconds, forwardStatus, changed, collapsed, detail);
  }

  /** With whether the request was collapsed with others. */
  public CacheStatus withCollapsed(boolean changed) {
    return new CacheStatus(forward, ttlSeconds, forwardStatus, stored, changed, detail);
  }

  /** With our own word about it, a token. */
  public CacheStatus withDetail(String token) {
    if (!FieldValues.isToken(token) || !Character.isLetter(token.charAt(0))) {
      throw new IllegalArgumentException("detail: " + token + " (expected: a token)");
    }
    return new CacheStatus(
        forward, ttlSeconds, forwardStatus, stored, collapsed, Optional.of(token));
  }

  /** The member as the field carries it, for example {@code Fugitive; hit; ttl=60}. */
  @Override
  public String toString() {
    StringBuilder member = new StringBuilder(CACHE_NAME);
    forward.ifPresentOrElse(
        reason -> member.append("; fwd=").append(reason.token()), () -> member.append("; hit"));
    forwardStatus.ifPresent(status -> member.append("; fwd-status=").append(status));
    ttlSeconds.ifPresent(ttl -> member.append("; ttl=").append(ttl));
    if (stored) {
      member.append("; stored");
    }
    if (collapsed) {
      member.append("; collapsed");
    }
    detail.ifPresent(token -> member.append("; detail=").append(token));
    return member.toString();
  }

  /** The fields with our member after those of the caches nearer to the origin (RFC 9211, 2). */
  public Fields appendTo(Fields fields) {
    String before = String.join(", ", fields.all("Cache-Status"));
    return fields.with("Cache-Status", before.isEmpty() ? toString() : before + ", " + this);
  }
}
