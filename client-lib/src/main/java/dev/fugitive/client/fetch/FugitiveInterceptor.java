package dev.fugitive.client.fetch;

import dev.fugitive.client.trust.EvidenceRules;
import java.io.IOException;
import java.util.function.Function;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/**
 * A node for programs that keep their own {@link okhttp3.OkHttpClient}, or must hand one to a
 * library: GET and HEAD are answered by the node, everything else goes on as if it were not there.
 *
 * <pre>{@code
 * OkHttpClient client =
 *     program.newBuilder().addInterceptor(node.interceptor()).build();
 * }</pre>
 *
 * <p>Take it from {@link FugitiveNode#interceptor()} and add it last. One object serves any number
 * of clients and threads, as long as its node.
 *
 * <h2>What the node answers</h2>
 *
 * GET and HEAD. The client's interceptors before this one see them, those after it and its network
 * interceptors do not; its {@link okhttp3.Cache} is not asked. The origin is asked by the node over
 * connections of its own, with the client's DNS, proxy and its authenticator, sockets, TLS (trust,
 * host names, pins), retry and limits for connecting, reading and writing; with its redirect rules,
 * authenticator and cookie jar. Protocols, connection specs and ping interval are those that the
 * node was started with, since a client does not show its own. All clients of a node share its
 * cache: what the TLS settings of one have accepted, all of them get.
 *
 * <p>{@link Call#cancel}, the call's time limit (its body included), tags and {@link
 * Response#priorResponse} are as always. {@link Response#cacheResponse} is there where the cache
 * answered, {@link Response#networkResponse} where this call's own fetch went to the origin. {@link
 * Interceptor.Chain#connection} is null for the interceptors before this one, as it always is. An
 * event listener hears that the call starts, ends, fails or is cancelled, and {@code cacheHit},
 * {@code cacheConditionalHit}, {@code cacheMiss} or {@code satisfactionFailure}; of the node's
 * connections it hears nothing.
 *
 * <h2>What goes on</h2>
 *
 * <ul>
 *   <li>Other methods, with whatever body: one-shot, duplex, streamed. The cache hears of them, so
 *       that what they make invalid is forgotten.
 *   <li>WebSockets, and all that asks for an {@code Upgrade}.
 *   <li>Everything, once the node is closed. What asks for {@code Fugitive-Integrity} then fails
 *       instead, since nobody would check it.
 * </ul>
 *
 * Where no origin may be asked ({@link FugitiveNode#setOffline}, {@link FetchOptions#withOffline}),
 * nothing goes on; it is answered with 504.
 */
public final class FugitiveInterceptor implements Interceptor {
  private final FugitiveNode node;
  private final Function<ClientSettings, Call.Factory> clients;

  /**
   * @param clients the node's path for programs with these settings
   */
  FugitiveInterceptor(FugitiveNode node, Function<ClientSettings, Call.Factory> clients) {
    this.node = node;
    this.clients = clients;
  }

  /**
   * Answers a request by the node, or lets it go on.
   *
   * @param chain of an application interceptor
   * @return the answer, open
   * @throws IOException where nobody can answer, or the call was cancelled or is out of time
   * @throws IllegalStateException where this was added as a network interceptor
   */
  @Override
  public Response intercept(Chain chain) throws IOException {
    if (chain.connection() != null) {
      throw new IllegalStateException(
          "a node's interceptor: added as a network interceptor (expected: addInterceptor)");
    }
    Request request = chain.request();
    boolean forNode = isForNode(request);
    if (forNode && !node.isClosed()) {
      return fetch(chain);
    }
    if (node.isOffline() || FetchOptions.of(request).isOffline()) {
      return OfflineInterceptor.unavailable(request, null);
    }
    if (forNode && request.header(EvidenceRules.INTEGRITY_FIELD) != null) {
      throw new IOException("the node is closed");
    }
    return goOn(chain);
  }

  private static boolean isForNode(Request request) {
    boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
    return reads && request.header("Upgrade") == null;
  }

  private Response fetch(Chain chain) throws IOException {
    Call outer = chain.call();
    Call inner = clients.apply(ClientSettings.of(chain)).newCall(chain.request());
    outer.addEventListener(new Cancelling(inner));
    if (outer.isCanceled()) {
      inner.cancel();
    }
    Response response = CallTimeoutInterceptor.held(outer, inner::execute);
    CacheEvents.tell(chain, response);
    return response;
  }

  private Response goOn(Chain chain) throws IOException {
    Request request =
        chain.request().newBuilder().removeHeader(EvidenceRules.INTEGRITY_FIELD).build();
    Response response = chain.proceed(request);
    if (!isForNode(response.request()) && response.code() != 101 && !node.isClosed()) {
      node.passedBy(Heads.of(response.request()), Heads.of(response));
    }
    return response;
  }

  /** Carries the program's word to the node's call. */
  private static final class Cancelling extends EventListener {
    private final Call inner;

    Cancelling(Call inner) {
      this.inner = inner;
    }

    @Override
    public void canceled(Call call) {
      inner.cancel();
    }
  }
}
