package dev.fugitive.client.fetch;

import java.io.IOException;
import java.net.ProtocolException;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Follows redirects for an embedding program, one resource at a time, so that each step is cached
 * and vouched for under its own URL (RFC 9110 section 15.4).
 */
final class RedirectInterceptor implements Interceptor {
  private static final int MAX_REDIRECTS = 20;

  @Override
  public Response intercept(Chain chain) throws IOException {
    Request request = chain.request();
    for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      Response response = chain.proceed(request);
      Request next = next(response, request);
      if (next == null) {
        return response;
      }
      response.close();
      request = next;
    }
    throw new ProtocolException("redirects: more than " + MAX_REDIRECTS);
  }

  /** The request that the response asks for; null where it asks for none that can be made. */
  static @Nullable Request next(Response response, Request request) {
    boolean keepsMethod = response.code() == 307 || response.code() == 308;
    boolean asksForAnother = keepsMethod || (response.code() >= 300 && response.code() <= 303);
    String location = response.header("Location");
    if (!asksForAnother || location == null) {
      return null;
    }
    HttpUrl target = request.url().resolve(location);
    RequestBody body = request.body();
    if (target == null || (keepsMethod && body != null && body.isOneShot())) {
      return null;
    }
    Request.Builder next = request.newBuilder().url(target);
    if (!keepsMethod && body != null) {
      next.get().removeHeader("Content-Type").removeHeader("Content-Length");
    }
    if (!sameOrigin(target, request.url())) {
      next.removeHeader("Authorization").removeHeader("Cookie");
    }
    return next.build();
  }

  private static boolean sameOrigin(HttpUrl one, HttpUrl other) {
    return one.host().equals(other.host())
        && one.port() == other.port()
        && one.scheme().equals(other.scheme());
  }
}
