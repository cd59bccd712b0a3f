package dev.fugitive.client.fetch;

import dev.fugitive.client.trust.EvidenceRules;
import java.util.Optional;
import okhttp3.Request;

/**
 * What a program wants of one request beyond HTTP: a digest that its body must have, no origin, an
 * ear for how it goes. Immutable; one object may be put on any number of requests:
 *
 * <pre>{@code
 * Request request =
 *     FetchOptions.NONE
 *         .withIntegrity("sha256-…")
 *         .withListener(progressBar)
 *         .on(new Request.Builder().url(url).build());
 * }</pre>
 *
 * <p>A {@code java.net.http.HttpRequest} gets them by {@code FugitiveHttpClient.with}.
 */
public final class FetchOptions {
  /** No digest, the origin if need be, nobody listens. */
  public static final FetchOptions NONE =
      new FetchOptions(Optional.empty(), false, FetchListener.NONE);

  private final Optional<String> integrity;
  private final boolean offline;
  private final FetchListener listener;

  private FetchOptions(Optional<String> integrity, boolean offline, FetchListener listener) {
    this.integrity = integrity;
    this.offline = offline;
    this.listener = listener;
  }

  /**
   * Holds the whole body of a 200 to a digest: where it does not have it, reading fails with {@link
   * IntegrityException} before the last byte is given. It is also evidence, by which peers may give
   * the body.
   *
   * @param digests in the syntax of Subresource Integrity: {@code sha256-BASE64}, {@code
   *     sha384-BASE64} or {@code sha512-BASE64}; of several, separated by spaces, the body must
   *     have one of the strongest algorithm
   * @return the same options with that digest
   * @throws IllegalArgumentException where no digest is named that can be checked
   */
  public FetchOptions withIntegrity(String digests) {
    var unused = IntegrityInterceptor.parse(digests);
    return new FetchOptions(Optional.of(digests), offline, listener);
  }

  /**
   * Lets nobody ask the origin for this request: it is answered from the cache, stale answers
   * included where HTTP allows them, or by peers with evidence; otherwise with 504 and a text that
   * says why.
   *
   * @param only whether that is so
   * @return the same options, offline or not
   */
  public FetchOptions withOffline(boolean only) {
    return new FetchOptions(integrity, only, listener);
  }

  /**
   * Tells somebody how the request goes: its start, its progress, and where its bytes came from. A
   * redirect that is followed is a fetch of its own.
   *
   * @param ear called on the threads that carry the request, one at a time for each fetch; it must
   *     be fast and must not throw
   * @return the same options with this listener in place of another
   */
  public FetchOptions withListener(FetchListener ear) {
    return new FetchOptions(integrity, offline, ear);
  }

  /**
   * Puts the options on a request, in place of those that it had.
   *
   * @param request any request for {@link FugitiveClient} or a client with a {@link
   *     FugitiveInterceptor}
   * @return the same request with these options
   */
  public Request on(Request request) {
    Request.Builder marked = request.newBuilder().tag(FetchOptions.class, this);
    integrity.ifPresent(digests -> marked.header(EvidenceRules.INTEGRITY_FIELD, digests));
    return marked.build();
  }

  /** What was put on a request; {@link #NONE} where nothing was. */
  static FetchOptions of(Request request) {
    FetchOptions options = request.tag(FetchOptions.class);
    return options == null ? NONE : options;
  }

  boolean isOffline() {
    return offline;
  }

  FetchListener listener() {
    return listener;
  }
}
