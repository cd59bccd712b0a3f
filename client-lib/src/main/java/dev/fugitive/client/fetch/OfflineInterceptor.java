package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.CacheStatus;
import dev.fugitive.client.trust.FugitiveSource;
import dev.fugitive.client.trust.Why;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;

/**
 * What is different for a request that must ask no origin: a stale answer will do as if the client
 * had said {@code max-stale} (RFC 9111 section 5.2.1.2), and where only the origin could answer, it
 * is 504 as for {@code only-if-cached} (section 5.2.1.7).
 *
 * <p>That no origin is asked is seen to at the other end of the path, by {@link
 * OriginInterceptor#passGuarded}, which everything that goes to an origin must pass.
 */
final class OfflineInterceptor implements Interceptor {
  private static final MediaType TEXT = MediaType.get("text/plain; charset=utf-8");

  @Override
  public Response intercept(Chain chain) throws IOException {
    FetchTrace trace = FetchTrace.of(chain.request());
    if (!trace.offline()) {
      return chain.proceed(chain.request());
    }
    try {
      return chain.proceed(acceptingStale(chain.request()));
    } catch (OfflineException e) {
      return unavailable(chain.request(), trace.why());
    }
  }

  private static Request acceptingStale(Request request) {
    return request.newBuilder().addHeader("Cache-Control", "max-stale").build();
  }

  /** The answer where nobody but the origin could give one. */
  static Response unavailable(Request request, @Nullable Why noPeer) {
    String peers = noPeer == null ? "" : ", and no peer gives it (" + noPeer.token() + ")";
    String text =
        "offline: %s %s is not asked of its origin; nothing is stored that may answer it%s\n"
            .formatted(request.method(), request.url(), peers);
    return new Response.Builder()
        .request(request)
        .protocol(Protocol.HTTP_1_1)
        .code(504)
        .message("Gateway Timeout")
        .header("Content-Type", TEXT.toString())
        .header("Cache-Control", "no-store")
        .header("Cache-Status", CacheStatus.CACHE_NAME + "; fwd=miss; detail=offline")
        .header(
            FugitiveSource.FIELD,
            new FugitiveSource(Map.of(), Optional.ofNullable(noPeer)).toString())
        .body(ResponseBody.create(request.method().equals("HEAD") ? "" : text, TEXT))
        .build();
  }
}
