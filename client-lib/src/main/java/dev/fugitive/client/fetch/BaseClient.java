package dev.fugitive.client.fetch;

import dev.fugitive.client.origin.OriginReach;
import dev.fugitive.client.origin.OriginSockets;
import java.net.Proxy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import okhttp3.Authenticator;
import okhttp3.ConnectionPool;
import okhttp3.CookieJar;
import okhttp3.Dispatcher;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.WebSocket;

/**
 * The OkHttpClient that a node is built on, taken apart: what concerns the network is used by the
 * node itself, what concerns a program's calls only by the client that programs get.
 *
 * <p>Cookies, credentials and redirects belong to the second kind. Behind the cache they would make
 * an answer personal without the cache, and those who share its contents, seeing it.
 *
 * @param owned whether the node closes its connections
 */
record BaseClient(OkHttpClient settings, boolean owned) {
  /** For all origins together: what a browser opens for a page or two. */
  private static final int MAX_IDLE_CONNECTIONS = 64;

  /** Most servers close earlier; what a gateway in between has forgotten by then is rare. */
  private static final Duration KEPT_IDLE = Duration.ofMinutes(1);

  /** The node's own, where the program gave none. */
  static BaseClient own() {
    return new BaseClient(
        new OkHttpClient.Builder()
            .connectTimeout(Duration.ofSeconds(10))
            .readTimeout(Duration.ofSeconds(60))
            .writeTimeout(Duration.ofSeconds(60))
            .build(),
        true);
  }

  /**
   * A program's client, which stays the program's.
   *
   * @throws IllegalArgumentException where it has network interceptors
   */
  static BaseClient of(OkHttpClient client) {
    if (!client.networkInterceptors().isEmpty()) {
      throw new IllegalArgumentException(
          "network interceptors: %d (expected: none, since what they change is not seen by the cache; use interceptors)"
              .formatted(client.networkInterceptors().size()));
    }
    return new BaseClient(client, false);
  }

  /**
   * A client that changes nothing of its own accord: no redirects, cookies, credentials, cache. Its
   * connections are its own: they are watched for what its own calls asked for, and whatever else a
   * program's call would get over one of them would count as unasked for.
   */
  OkHttpClient network(Dispatcher dispatcher) {
    OkHttpClient.Builder network =
        settings
            .newBuilder()
            .dispatcher(dispatcher)
            .connectionPool(
                new ConnectionPool(MAX_IDLE_CONNECTIONS, KEPT_IDLE.toSeconds(), TimeUnit.SECONDS))
            .followRedirects(false)
            .followSslRedirects(false)
            .cookieJar(CookieJar.NO_COOKIES)
            .authenticator(Authenticator.NONE)
            .cache(null)
            .callTimeout(Duration.ZERO);
    network.interceptors().clear();
    return network.build();
  }

  /**
   * The same on its way to origins: within reach only, and with an eye on where responses end. A
   * program's own sockets stay as they are.
   */
  OkHttpClient toOrigins(OkHttpClient network, OriginReach reach) {
    if (network.socketFactory() != SocketFactory.getDefault()) {
      return network;
    }
    OkHttpClient.Builder origins = network.newBuilder().socketFactory(new OriginSockets(reach));
    if (!reach.isAnywhere()) {
      // another proxy would connect to addresses that nobody here sees
      origins.proxy(Proxy.NO_PROXY);
    }
    return origins.build();
  }

  /** The path as programs use it: their interceptors first, then what OkHttp does of itself. */
  OkHttpClient forPrograms(OkHttpClient path) {
    OkHttpClient.Builder client = path.newBuilder().callTimeout(callTimeout());
    client.interceptors().clear();
    client.interceptors().add(new CallTimeoutInterceptor());
    client.interceptors().addAll(settings.interceptors());
    client.interceptors().add(new FollowUpInterceptor(settings));
    client.interceptors().add(new ProgramInterceptor(settings.cookieJar()));
    client.interceptors().addAll(path.interceptors());
    return client.build();
  }

  /**
   * WebSockets as the base's programs have them, ended with the node's other calls.
   *
   * @param guard stands before everything else
   */
  WebSocket.Factory webSockets(Dispatcher dispatcher, Interceptor guard) {
    OkHttpClient.Builder client = settings.newBuilder().dispatcher(dispatcher);
    client.interceptors().addFirst(guard);
    return client.build();
  }

  private Duration callTimeout() {
    return Duration.ofMillis(settings.callTimeoutMillis());
  }

  /** The base's own listeners, and whoever carries a cancellation along the path. */
  EventListener.Factory cancelling() {
    EventListener.Factory own = settings.eventListenerFactory();
    return call -> own.create(call).plus(CancelListener.INSTANCE);
  }

  /** Closes the connections that are the node's own. */
  void close() {
    if (owned) {
      settings.connectionPool().evictAll();
    }
  }
}
