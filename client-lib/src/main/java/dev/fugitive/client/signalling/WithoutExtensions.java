package dev.fugitive.client.signalling;

import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Response;

/**
 * Asks for a WebSocket without compression, and hears of none: a few bytes from a hostile server
 * must not become a great many here.
 */
final class WithoutExtensions implements Interceptor {
  private static final String FIELD = "Sec-WebSocket-Extensions";

  @Override
  public Response intercept(Chain chain) throws IOException {
    return chain
        .proceed(chain.request().newBuilder().removeHeader(FIELD).build())
        .newBuilder()
        .removeHeader(FIELD)
        .build();
  }
}
