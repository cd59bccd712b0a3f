package dev.fugitive.client.fetch;

import dev.fugitive.client.trust.EvidenceRules;
import java.io.IOException;
import java.util.List;
import okhttp3.Cookie;
import okhttp3.CookieJar;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttp;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.GzipSource;
import okio.Okio;

/**
 * Does for a program what OkHttp's own bridge to the network does: says who asks, brings and takes
 * cookies, asks for gzip and decodes it.
 *
 * <p>It stands in front of the cache, which thus sees each request as the origin would, and keeps
 * the body as the origin sent it.
 */
final class ProgramInterceptor implements Interceptor {
  private final CookieJar cookies;

  ProgramInterceptor(CookieJar cookies) {
    this.cookies = cookies;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Request asked = chain.request();
    Request.Builder sent = asked.newBuilder();
    if (asked.header("User-Agent") == null) {
      sent.header("User-Agent", "okhttp/" + OkHttp.VERSION);
    }
    List<Cookie> sentCookies = cookies.loadForRequest(asked.url());
    if (!sentCookies.isEmpty()) {
      sent.header("Cookie", field(sentCookies));
    }
    boolean gzip = asksForGzip(asked);
    if (gzip) {
      sent.header("Accept-Encoding", "gzip");
    }
    Response response = chain.proceed(sent.build());
    keepCookies(asked, response);
    Response.Builder given = CacheEvents.marked(response).request(asked);
    if (gzip && "gzip".equalsIgnoreCase(response.header("Content-Encoding")) && hasBody(response)) {
      decode(given, response);
    }
    return given.build();
  }

  /**
   * A range counts the coded bytes, and a digest names the file: with either, the program gets the
   * body as it is.
   */
  private static boolean asksForGzip(Request request) {
    return request.header("Accept-Encoding") == null
        && request.header("Range") == null
        && request.header(EvidenceRules.INTEGRITY_FIELD) == null;
  }

  private static String field(List<Cookie> cookies) {
    return String.join(
        "; ", cookies.stream().map(cookie -> cookie.name() + "=" + cookie.value()).toList());
  }

  private void keepCookies(Request asked, Response response) {
    List<Cookie> set = Cookie.parseAll(asked.url(), response.headers());
    if (cookies != CookieJar.NO_COOKIES && !set.isEmpty()) {
      cookies.saveFromResponse(asked.url(), set);
    }
  }

  /** RFC 9110 section 6.4.1, as far as it concerns a coding. */
  private static boolean hasBody(Response response) {
    boolean mayHave =
        !response.request().method().equals("HEAD")
            && response.code() >= 200
            && response.code() != 204
            && response.code() != 304;
    return mayHave && response.body().contentLength() != 0;
  }

  private static void decode(Response.Builder given, Response coded) {
    String type = coded.header("Content-Type");
    given
        .removeHeader("Content-Encoding")
        .removeHeader("Content-Length")
        .body(
            ResponseBody.create(
                Okio.buffer(new GzipSource(coded.body().source())),
                type == null ? null : MediaType.parse(type),
                -1));
  }
}
