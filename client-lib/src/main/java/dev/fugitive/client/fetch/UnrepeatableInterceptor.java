package dev.fugitive.client.fetch;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what cannot be sent twice off connections on which it might be lost.
 *
 * <p>An origin may close an idle connection at the very moment at which a request is sent on it
 * (RFC 9112 section 9.3.1). OkHttp then sends the request again on another connection, if it can: a
 * request without a body, or with one that can be written once more. Anything else would fail, and
 * nobody could say whether it was carried out (RFC 9110 section 9.2.2). So it gets a connection
 * that has carried nothing before; under TLS, where a new one costs more round trips and HTTP/2
 * says what it has not processed (RFC 9113 section 6.8), also one that was in use a second or two
 * ago.
 */
final class UnrepeatableInterceptor implements Interceptor {
  private static final int MAX_RECENT = 16;
  private static final long RECENT_MILLIS = 1_000;

  private final ConnectionPool recent =
      new ConnectionPool(MAX_RECENT, RECENT_MILLIS, TimeUnit.MILLISECONDS);

  @Override
  public Response intercept(Chain chain) throws IOException {
    Request request = chain.request();
    if (isRepeatable(request.body())) {
      return chain.proceed(request);
    }
    return chain.withConnectionPool(request.isHttps() ? recent : newPool()).proceed(request);
  }

  /**
   * One for this request alone, which closes its connection soon after: when a call ends, OkHttp
   * tells only the pool of its client, so a shared one that keeps nothing would keep it for a
   * moment, for another call to take.
   */
  private static ConnectionPool newPool() {
    return new ConnectionPool(0, RECENT_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** A body of unknown length may turn out to be too long to be kept. */
  private static boolean isRepeatable(@Nullable RequestBody body) throws IOException {
    return body == null || !(body.isOneShot() || body.contentLength() < 0);
  }
}
