package dev.fugitive.client.fetch;

import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;

/**
 * A drop-in {@link Call.Factory}: calls are answered from this node's cache, from peers, or from
 * the origin, and behave as those of an {@link OkHttpClient} do.
 *
 * <p>Take it from {@link FugitiveNode#client()}. It lives as long as its node and is safe for use
 * by any number of threads; {@code Retrofit.Builder.callFactory} takes it as it is.
 *
 * <h2>What is the same</h2>
 *
 * Redirects, a 401 answered by the base client's authenticator, cookies of its jar, gzip asked for
 * and decoded where the request names no coding of its own and no range, {@code User-Agent}, time
 * limits, {@link Call#cancel} at any moment, {@link Call#enqueue}, {@link Call#clone}, tags, {@link
 * okhttp3.Response#priorResponse}. {@link okhttp3.Response#request} is the request as the program
 * made it, after redirects the last one.
 *
 * <h2>What differs</h2>
 *
 * <ul>
 *   <li>Responses have {@code Cache-Status} (RFC 9211) and {@code Fugitive-Source} (body bytes by
 *       source, and why not from peers); those from the store have {@code Age}.
 *   <li>{@link okhttp3.Response#cacheResponse} is there where the cache answered; {@link
 *       okhttp3.Response#networkResponse}, {@link okhttp3.Response#handshake} and the protocol of
 *       the connection only where this call's own fetch went to the origin.
 *   <li>A cookie that the request itself carries does not follow a redirect to another origin.
 *   <li>A request with {@code Fugitive-Integrity} does not ask for gzip, since its digest names the
 *       file and not its coding.
 *   <li>An empty body that is called gzip is empty, and no failure.
 *   <li>Event listeners hear also of calls that the node makes for several programs' calls at once.
 * </ul>
 */
public final class FugitiveClient implements Call.Factory, WebSocket.Factory {
  private final OkHttpClient path;
  private final WebSocket.Factory webSockets;

  FugitiveClient(OkHttpClient path, WebSocket.Factory webSockets) {
    this.path = path;
    this.webSockets = webSockets;
  }

  /**
   * Prepares a call; nothing is sent before it is executed.
   *
   * <p>Executing it fails with an {@link java.io.IOException} where nobody can answer, where it was
   * cancelled ({@code Canceled}), was out of time ({@link java.io.InterruptedIOException}), or
   * where the node is closed.
   *
   * @param request may carry {@code Fugitive-Integrity: sha256-BASE64} (SRI syntax): the whole body
   *     of a 200 then has that digest, or reading it fails with {@link IntegrityException} before
   *     its last byte is given; may have {@link FetchOptions}
   * @return a call of {@code request}, to be executed once
   * @throws IllegalArgumentException where {@code Fugitive-Integrity} is there and names no digest
   *     that can be checked
   */
  @Override
  public Call newCall(Request request) {
    var unused = IntegrityInterceptor.expectedBy(request);
    return path.newCall(request);
  }

  /**
   * Opens a WebSocket, straight to its server, with the settings of the node's base client. It ends
   * with the node, if the program has not closed it before; while the node is offline it fails.
   *
   * @param request with the URL to connect to
   * @param listener hears what happens
   * @return the socket, connecting
   */
  @Override
  public WebSocket newWebSocket(Request request, WebSocketListener listener) {
    return webSockets.newWebSocket(request, listener);
  }
}
