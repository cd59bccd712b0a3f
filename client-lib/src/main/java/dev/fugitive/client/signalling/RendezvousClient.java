package dev.fugitive.client.signalling;

import dev.fugitive.client.peer.Identity;
import java.time.Duration;
import java.util.random.RandomGenerator;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/** A rendezvous server, reached over WebSocket. */
public final class RendezvousClient implements Rendezvous {
  /** How long a server may take to answer our farewell. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final OkHttpClient http;
  private final Request request;
  private final RendezvousSettings settings;
  private final RandomGenerator random;

  /**
   * A client of one server.
   *
   * @param url {@code ws://} or {@code wss://}
   * @param http whose threads, TLS and proxy settings are used; the caller's to close
   * @throws IllegalArgumentException where the URL is none
   */
  public RendezvousClient(
      String url, OkHttpClient http, RendezvousSettings settings, RandomGenerator random) {
    if (!url.startsWith("ws://") && !url.startsWith("wss://")) {
      throw new IllegalArgumentException(
          "rendezvous: " + url + " (expected: ws://HOST:PORT or wss://HOST:PORT)");
    }
    this.request = new Request.Builder().url(url).build();
    this.settings = settings;
    this.random = random;
    this.http =
        http.newBuilder()
            .connectTimeout(settings.joinTimeout())
            .pingInterval(settings.pingInterval())
            .webSocketCloseTimeout(CLOSE_TIMEOUT)
            .addInterceptor(new WithoutExtensions())
            .build();
  }

  @Override
  public Membership join(Identity identity, Presence presence, RendezvousListener listener) {
    WebSocketMembership membership =
        new WebSocketMembership(http, request, settings, random, identity, presence, listener);
    Thread.ofVirtual().name("rendezvous-" + identity.peerId().shortName()).start(membership);
    return membership;
  }
}
