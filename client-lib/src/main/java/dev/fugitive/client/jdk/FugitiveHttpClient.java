package dev.fugitive.client.jdk;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.client.fetch.FetchOptions;
import dev.fugitive.client.fetch.FugitiveNode;
import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.WebSocket;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * A node behind {@link HttpClient}: requests are answered from the node's cache, from peers, or
 * from the origin, and behave as those of the JDK's own client do.
 *
 * <pre>{@code
 * HttpClient client = FugitiveHttpClient.of(node);   // instead of: HttpClient.newHttpClient()
 * HttpResponse<Path> response = client.send(request, BodyHandlers.ofFile(file));
 * }</pre>
 *
 * <p>A program that sets up its client by {@link HttpClient#newBuilder} hands that client to {@link
 * #of(FugitiveNode, HttpClient)}. Safe for use by any number of threads; each request is carried by
 * a virtual thread of its own, and so are its body handler and subscriber.
 *
 * <h2>What is the same</h2>
 *
 * {@link #send}, {@link #sendAsync} and the exceptions of both; every {@link BodyHandler}, with the
 * subscriber's demand respected; every {@link HttpRequest.BodyPublisher}; redirects by the policy,
 * at most four, without credentials to another authority; cookies of the handler; a 401 answered by
 * the authenticator (Basic); {@link HttpRequest#timeout}, which ends with the head; a future that
 * is cancelled ends its exchange; restricted header fields are refused; {@link #shutdown}, {@link
 * #shutdownNow}, {@link #awaitTermination}, {@link #close}, which leave the node running.
 *
 * <h2>What differs</h2>
 *
 * <ul>
 *   <li>Connections are the node's: its limits for connecting and reading hold in place of {@link
 *       #connectTimeout}, its TLS and proxy in place of the client's. A settings client with a
 *       proxy or an {@link SSLContext} of its own is therefore refused; start the node with an
 *       {@code OkHttpClient} that has them.
 *   <li>{@link HttpResponse#version} is the origin's where this request's own fetch asked it, and
 *       HTTP/1.1 otherwise; the version that a request wishes for is not heeded. {@link
 *       HttpResponse#sslSession} is always empty. Nothing is pushed.
 *   <li>GET and HEAD have no body; a request with one is an {@link IllegalArgumentException}.
 *   <li>A 503 with {@code Retry-After: 0}, and a 408, are asked once more.
 *   <li>Credentials are asked for anew with each exchange.
 *   <li>Responses have {@code Cache-Status} and {@code Fugitive-Source}; those from the store have
 *       {@code Age}.
 *   <li>WebSockets go straight to their servers, by the settings client.
 * </ul>
 */
public final class FugitiveHttpClient extends HttpClient {
  private final FugitiveNode node;
  private final Optional<HttpClient> settings;
  private final ThreadFactory threads = Thread.ofVirtual().name("http-", 0).factory();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();

  @GuardedBy("lock")
  private final Set<Exchange<?>> running = new HashSet<>();

  @GuardedBy("lock")
  private boolean shut;

  @GuardedBy("lock")
  private @Nullable HttpClient forWebSockets;

  private FugitiveHttpClient(FugitiveNode node, Optional<HttpClient> settings) {
    this.node = node;
    this.settings = settings;
  }

  /**
   * A client as {@link HttpClient#newHttpClient} gives one: no redirects are followed, no cookies
   * kept.
   *
   * @param node answers; it must outlive the client
   * @return a client of that node
   */
  public static FugitiveHttpClient of(FugitiveNode node) {
    return new FugitiveHttpClient(node, Optional.empty());
  }

  /**
   * A client with the settings of another: its redirect policy, cookie handler, authenticator,
   * executor (for what depends on a response) and WebSockets.
   *
   * @param node answers; it must outlive the client
   * @param settings stays the program's, and must outlive the client as well
   * @return a client of that node
   * @throws IllegalArgumentException where the settings have a proxy or a TLS context of their own,
   *     which the node would not use
   */
  public static FugitiveHttpClient of(FugitiveNode node, HttpClient settings) {
    if (settings.proxy().isPresent()) {
      throw new IllegalArgumentException(
          "proxy: " + settings.proxy().get() + " (expected: none, since the node has its own)");
    }
    if (settings.sslContext() != defaultContext()) {
      throw new IllegalArgumentException(
          "SSLContext: one of its own (expected: the default, since the node has its own)");
    }
    return new FugitiveHttpClient(node, Optional.of(settings));
  }

  /**
   * Puts options on a request: a digest that the body must have, no origin, a listener.
   *
   * @param options in place of those that the request had
   * @param request any request
   * @return the same request with these options; for clients of a node
   */
  public static HttpRequest with(FetchOptions options, HttpRequest request) {
    return new OptionedRequest(options, request);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IOException also where the node's time limits are exceeded ({@link
   *     java.net.http.HttpTimeoutException}), where the node or this client is closed, and where
   *     the body does not have the digest that was asked for
   */
  @Override
  public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
      throws IOException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    CompletableFuture<HttpResponse<T>> response = sendAsync(request, handler);
    try {
      return response.get();
    } catch (InterruptedException e) {
      response.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      throw Failures.forSender(e);
    }
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler) {
    return sendAsync(request, handler, null);
  }

  /**
   * {@inheritDoc}
   *
   * @param pushes never called, since nothing is pushed
   */
  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler, @Nullable PushPromiseHandler<T> pushes) {
    Objects.requireNonNull(request, "request");
    Objects.requireNonNull(handler, "handler");
    Requests.check(request);
    Exchange<T> exchange = new Exchange<>(node.asSent(), request, handler, followUps(), executor());
    if (!begin(exchange)) {
      return CompletableFuture.failedFuture(new IOException("closed"));
    }
    threads
        .newThread(() -> {
          try {
            exchange.run();
          } finally {
            end(exchange);
          }
        })
        .start();
    return exchange.response();
  }

  private FollowUps followUps() {
    return new FollowUps(followRedirects(), cookieHandler(), authenticator());
  }

  private boolean begin(Exchange<?> exchange) {
    lock.lock();
    try {
      return !shut && running.add(exchange);
    } finally {
      lock.unlock();
    }
  }

  private void end(Exchange<?> exchange) {
    lock.lock();
    try {
      running.remove(exchange);
      idle.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more requests; those that were sent go on. The node runs on. */
  @Override
  public void shutdown() {
    lock.lock();
    try {
      shut = true;
      idle.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more requests, and ends those that were sent. The node runs on. */
  @Override
  public void shutdownNow() {
    List<Exchange<?>> ending;
    lock.lock();
    try {
      shut = true;
      ending = List.copyOf(running);
      idle.signalAll();
    } finally {
      lock.unlock();
    }
    ending.forEach(Exchange::cancel);
  }

  @Override
  public boolean awaitTermination(Duration atMost) throws InterruptedException {
    long left = Requests.nanos(atMost);
    lock.lockInterruptibly();
    try {
      while (!shut || !running.isEmpty()) {
        if (left <= 0) {
          return false;
        }
        left = idle.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isTerminated() {
    lock.lock();
    try {
      return shut && running.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** {@return a builder of the settings client, or of one with default settings} */
  @Override
  public WebSocket.Builder newWebSocketBuilder() {
    return settings.orElseGet(this::forWebSockets).newWebSocketBuilder();
  }

  private HttpClient forWebSockets() {
    lock.lock();
    try {
      HttpClient client = forWebSockets;
      if (client == null) {
        client = HttpClient.newHttpClient();
        forWebSockets = client;
      }
      return client;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return settings.flatMap(HttpClient::cookieHandler);
  }

  /** {@return the settings' limit, which concerns WebSockets alone} */
  @Override
  public Optional<Duration> connectTimeout() {
    return settings.flatMap(HttpClient::connectTimeout);
  }

  @Override
  public Redirect followRedirects() {
    return settings.map(HttpClient::followRedirects).orElse(Redirect.NEVER);
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return Optional.empty();
  }

  /** {@return the platform's default, whatever the node uses} */
  @Override
  public SSLContext sslContext() {
    return defaultContext();
  }

  /** {@return the settings' parameters, which concern WebSockets alone} */
  @Override
  public SSLParameters sslParameters() {
    return settings
        .map(HttpClient::sslParameters)
        .orElseGet(() -> defaultContext().getDefaultSSLParameters());
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return settings.flatMap(HttpClient::authenticator);
  }

  /** {@return the settings' preference, HTTP/2 by default; the node agrees with each origin} */
  @Override
  public Version version() {
    return settings.map(HttpClient::version).orElse(Version.HTTP_2);
  }

  @Override
  public Optional<Executor> executor() {
    return settings.flatMap(HttpClient::executor);
  }

  private static SSLContext defaultContext() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this platform has no TLS", e);
    }
  }
}
