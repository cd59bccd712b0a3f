package dev.fugitive.client.fetch;

import dev.fugitive.client.origin.InterimResponses;
import dev.fugitive.client.origin.OriginSocket;
import dev.fugitive.client.trust.EvidenceRules;
import java.io.IOException;
import okhttp3.Connection;
import okhttp3.Handshake;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * The last step before the origin's socket: what OkHttp added on the way is taken away again, so
 * that the origin gets the request as the client made it, and the connection's address and
 * handshake are noted.
 */
final class OriginInterceptor implements Interceptor {
  private final boolean validates;

  /**
   * @param validates whether what the client takes for an origin's certificate counts as validated
   */
  OriginInterceptor(boolean validates) {
    this.validates = validates;
  }

  /**
   * Stands in for an absent Accept-Encoding, so that OkHttp neither asks for gzip nor decodes it.
   */
  private static final String AS_SENT = "fugitive-as-sent";

  /** Stands in for an absent User-Agent. */
  private static final String NO_USER_AGENT = "fugitive-none";

  private static final InterimResponses NOBODY = (status, fields) -> {};

  @Override
  public Response intercept(Chain chain) throws IOException {
    Connection connection = chain.connection();
    if (connection == null) {
      throw new IllegalStateException("connection: none (expected: a network interceptor's chain)");
    }
    Handshake handshake = connection.handshake();
    FetchTrace trace = FetchTrace.of(chain.request());
    trace.connectedTo(
        connection.route().socketAddress().getAddress(), handshake != null && validates);
    trace.turnTo(FetchPhase.FIRST_BYTE);
    if (connection.socket() instanceof OriginSocket socket) {
      InterimResponses interim = chain.request().tag(InterimResponses.class);
      socket.expectResponse(
          chain.request().method().equals("HEAD"), interim == null ? NOBODY : interim);
    }
    return ResponseRules.checked(proceed(chain, connection), () -> breakOff(chain, connection));
  }

  private static Response proceed(Chain chain, Connection connection) throws IOException {
    Request request = asClientSent(chain.request());
    HeadDeadline deadline =
        new HeadDeadline(chain.readTimeoutMillis(), () -> breakOff(chain, connection));
    RequestBody body = request.body();
    if (body == null) {
      deadline.begin();
    } else {
      // the origin's time begins when it has the whole request
      request = request.newBuilder().method(request.method(), deadline.after(body)).build();
    }
    try {
      Response response = chain.proceed(request);
      deadline.leave();
      return response;
    } catch (IOException e) {
      throw deadline.explain(e);
    } finally {
      deadline.leave();
    }
  }

  /** What is under way on a plain connection ends with it; otherwise OkHttp knows what to end. */
  private static void breakOff(Chain chain, Connection connection) {
    if (connection.socket() instanceof OriginSocket socket) {
      try {
        socket.close();
      } catch (IOException ignored) {
        chain.call().cancel();
      }
    } else {
      chain.call().cancel();
    }
  }

  /**
   * The other half, on the client's side of OkHttp: puts the stand-ins in, and turns back what must
   * ask no origin.
   */
  static Response passGuarded(Chain chain) throws IOException {
    Request request = chain.request();
    FetchTrace trace = FetchTrace.of(request);
    if (trace.offline()) {
      throw new OfflineException();
    }
    trace.turnTo(FetchPhase.CONNECT);
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
