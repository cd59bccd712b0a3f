package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.CacheStatus;
import java.util.List;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.Response;
import okhttp3.ResponseBody;

/**
 * What OkHttp's programs look at to learn whether a cache answered: {@link Response#cacheResponse}
 * and the cache's events. Both follow from our member of {@code Cache-Status}, which is the last
 * (RFC 9211 section 2).
 */
final class CacheEvents {
  private static final String NAME = CacheStatus.CACHE_NAME + "; ";

  private CacheEvents() {}

  /** The response with what the store gave for it, where it gave something. */
  static Response.Builder marked(Response response) {
    Response.Builder marked = response.newBuilder();
    return isHit(response) || isConditionalHit(response)
        ? marked.cacheResponse(bare(response))
        : marked;
  }

  /** Tells the listener of a program's call what became of it. */
  static void tell(Interceptor.Chain chain, Response response) {
    EventListener listener = chain.getEventListener();
    if (isHit(response)) {
      listener.cacheHit(chain.call(), response);
    } else if (isConditionalHit(response)) {
      listener.cacheConditionalHit(chain.call(), bare(response));
    } else if (isUnsatisfied(response)) {
      listener.satisfactionFailure(chain.call(), response);
    } else {
      listener.cacheMiss(chain.call());
    }
  }

  private static boolean isHit(Response response) {
    return status(response).startsWith("hit");
  }

  /** What is stored was used after the origin had said that it holds. */
  private static boolean isConditionalHit(Response response) {
    return status(response).contains("fwd-status=304") && response.code() != 304;
  }

  private static boolean isUnsatisfied(Response response) {
    String status = status(response);
    return response.code() == 504
        && (status.contains("detail=only-if-cached") || status.contains("detail=offline"));
  }

  private static String status(Response response) {
    List<String> lines = response.headers("Cache-Status");
    String members = lines.isEmpty() ? "" : lines.getLast();
    int start = members.lastIndexOf(NAME);
    return start < 0 ? "" : members.substring(start + NAME.length());
  }

  private static Response bare(Response response) {
    return response
        .newBuilder()
        .networkResponse(null)
        .cacheResponse(null)
        .priorResponse(null)
        .body(ResponseBody.EMPTY)
        .build();
  }
}
