package dev.fugitive.client.fetch;

import java.io.IOException;
import java.net.ProtocolException;
import okhttp3.Authenticator;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;

/**
 * Follows redirects and answers challenges for an embedding program as OkHttp does, one resource at
 * a time, so that each step is cached and vouched for under its own URL (RFC 9110 section 15.4).
 *
 * <p>It stands in front of the cache, since credentials that were added behind it would not be seen
 * by who decides what may be stored and shared.
 */
final class FollowUpInterceptor implements Interceptor {
  private static final int MAX_FOLLOW_UPS = 20;

  private final boolean followRedirects;
  private final boolean followToOtherScheme;
  private final Authenticator authenticator;

  /**
   * @param settings whose redirect rules and authenticator are followed
   */
  FollowUpInterceptor(OkHttpClient settings) {
    this.followRedirects = settings.followRedirects();
    this.followToOtherScheme = settings.followSslRedirects();
    this.authenticator = settings.authenticator();
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Request request = chain.request();
    Response prior = null;
    for (int followUps = 0; followUps <= MAX_FOLLOW_UPS; followUps++) {
      Response response = withPrior(chain.proceed(request), prior);
      Request next = nextOrClose(response);
      if (next == null || isOneShot(next)) {
        return response;
      }
      response.close();
      prior = response.newBuilder().body(ResponseBody.EMPTY).build();
      request = next;
    }
    throw new ProtocolException("follow-up requests: more than " + MAX_FOLLOW_UPS);
  }

  private static Response withPrior(Response response, @Nullable Response prior) {
    return prior == null ? response : response.newBuilder().priorResponse(prior).build();
  }

  private static boolean isOneShot(Request request) {
    RequestBody body = request.body();
    return body != null && body.isOneShot();
  }

  private @Nullable Request nextOrClose(Response response) throws IOException {
    try {
      return next(response);
    } catch (IOException | RuntimeException e) {
      response.close();
      throw e;
    }
  }

  /** The request that the response asks for; null where it asks for none that is to be made. */
  @Nullable Request next(Response response) throws IOException {
    return switch (response.code()) {
      case 401 -> authenticator.authenticate(null, response);
      case 300, 301, 302, 303, 307, 308 -> followRedirects ? redirect(response) : null;
      default -> null;
    };
  }

  private @Nullable Request redirect(Response response) {
    Request request = response.request();
    String location = response.header("Location");
    HttpUrl target = location == null ? null : request.url().resolve(location);
    if (target == null
        || (!followToOtherScheme && !target.scheme().equals(request.url().scheme()))) {
      return null;
    }
    Request.Builder next = request.newBuilder().url(target);
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      changeMethod(next, request, response.code());
    }
    if (!sameOrigin(target, request.url())) {
      next.removeHeader("Authorization").removeHeader("Cookie");
    }
    return next.build();
  }

  /** As every browser does, and OkHttp with them: only 307, 308 and PROPFIND keep the body. */
  private static void changeMethod(Request.Builder next, Request request, int status) {
    if (status == 307 || status == 308 || request.method().equals("PROPFIND")) {
      return;
    }
    next.get()
        .removeHeader("Transfer-Encoding")
        .removeHeader("Content-Length")
        .removeHeader("Content-Type");
  }

  private static boolean sameOrigin(HttpUrl one, HttpUrl other) {
    return one.host().equals(other.host())
        && one.port() == other.port()
        && one.scheme().equals(other.scheme());
  }
}
