package dev.fugitive.client.fetch;

import dev.fugitive.client.trust.EvidenceRules;
import java.io.IOException;
import okhttp3.Connection;
import okhttp3.Handshake;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/**
 * The last step before the origin's socket: what OkHttp added on the way is taken away again, so
 * that the origin gets the request as the client made it, and the connection's address and
 * handshake are noted.
 */
final class OriginInterceptor implements Interceptor {
  /**
   * Stands in for an absent Accept-Encoding, so that OkHttp neither asks for gzip nor decodes it.
   */
  private static final String AS_SENT = "fugitive-as-sent";

  /** Stands in for an absent User-Agent. */
  private static final String NO_USER_AGENT = "fugitive-none";

  @Override
  public Response intercept(Chain chain) throws IOException {
    Connection connection = chain.connection();
    if (connection != null) {
      Handshake handshake = connection.handshake();
      FetchTrace.of(chain.request())
          .connectedTo(connection.route().socketAddress().getAddress(), handshake != null);
    }
    return chain.proceed(asClientSent(chain.request()));
  }

  /** The other half, on the client's side of OkHttp: puts the stand-ins in. */
  static Response passGuarded(Chain chain) throws IOException {
    Request request = chain.request();
    Request.Builder guarded = request.newBuilder();
    if (request.header("Accept-Encoding") == null) {
      guarded.header("Accept-Encoding", AS_SENT);
    }
    if (request.header("User-Agent") == null) {
      guarded.header("User-Agent", NO_USER_AGENT);
    }
    return chain.proceed(guarded.build());
  }

  private static Request asClientSent(Request request) {
    Request.Builder sent = request.newBuilder().removeHeader(EvidenceRules.INTEGRITY_FIELD);
    if (AS_SENT.equals(request.header("Accept-Encoding"))) {
      sent.removeHeader("Accept-Encoding");
    }
    if (NO_USER_AGENT.equals(request.header("User-Agent"))) {
      sent.removeHeader("User-Agent");
    }
    return sent.build();
  }
}
