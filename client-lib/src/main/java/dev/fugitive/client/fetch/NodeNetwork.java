package dev.fugitive.client.fetch;

import dev.fugitive.client.origin.OriginReach;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import okhttp3.Dispatcher;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.WebSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that carry a node's calls, and the connections that all its clients share, from start
 * to close. Safe for use by any number of threads.
 */
final class NodeNetwork {
  private static final Logger LOG = LoggerFactory.getLogger(NodeNetwork.class);

  private static final int MAX_CALLS = 4096;

  /** What has come whole may still be on its way into the store when its reader closes the node. */
  private static final Duration STORING = Duration.ofMillis(500);

  private static final Duration CLOSING = Duration.ofSeconds(5);

  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("fetch-", 0).factory());
  private final BaseClient base;
  private final OriginReach reach;
  private final OkHttpClient client;

  NodeNetwork(BaseClient base, OriginReach reach) {
    this.base = base;
    this.reach = reach;
    this.client = base.network(dispatcher(threads));
  }

  private static Dispatcher dispatcher(ExecutorService threads) {
    Dispatcher dispatcher = new Dispatcher(threads);
    dispatcher.setMaxRequests(MAX_CALLS);
    dispatcher.setMaxRequestsPerHost(MAX_CALLS);
    return dispatcher;
  }

  /** Whose threads run whatever a fetch does beside its caller. */
  ExecutorService threads() {
    return threads;
  }

  /** The client that changes nothing of its own accord. */
  OkHttpClient client() {
    return client;
  }

  /** What the node is built on. */
  BaseClient base() {
    return base;
  }

  /** The same with what a program's own client shows of its settings. */
  BaseClient baseWith(ClientSettings program) {
    return new BaseClient(program.over(base.settings()), false);
  }

  /** The node's own way. */
  WayToOrigins toOrigins() {
    return toOrigins(base, client);
  }

  /** A program's way: with its settings, over the node's threads and connections. */
  WayToOrigins toOrigins(BaseClient program) {
    OkHttpClient itsNetwork =
        program
            .network(client.dispatcher())
            .newBuilder()
            .connectionPool(client.connectionPool())
            .build();
    return toOrigins(program, itsNetwork);
  }

  private WayToOrigins toOrigins(BaseClient program, OkHttpClient itsNetwork) {
    return new WayToOrigins(
        program.toOrigins(itsNetwork, reach), hasTlsOf(client, itsNetwork), program.cancelling());
  }

  /**
   * Whether two clients accept the same origins. Another's verifiers may accept anybody, and others
   * would take this node's word for what came through them.
   */
  private static boolean hasTlsOf(OkHttpClient one, OkHttpClient other) {
    return one.sslSocketFactory() == other.sslSocketFactory()
        && Objects.equals(one.x509TrustManager(), other.x509TrustManager())
        && one.hostnameVerifier().equals(other.hostnameVerifier());
  }

  /**
   * WebSockets, ended with the node's other calls.
   *
   * @param guard stands before everything else
   */
  WebSocket.Factory webSockets(Interceptor guard) {
    return base.webSockets(client.dispatcher(), guard);
  }

  /** Whether no call can begin any more. */
  boolean isClosed() {
    return threads.isShutdown();
  }

  /** Ends the calls that are under way. */
  void cancelCalls() {
    client.dispatcher().cancelAll();
  }

  /** Ends the threads of calls that are cancelled, and then the connections. */
  void close() {
    threads.shutdown();
    if (!awaitThreads(STORING)) {
      threads.shutdownNow();
      if (!awaitThreads(CLOSING) && !Thread.currentThread().isInterrupted()) {
        LOG.warn("calls still run after {} s; the node closes without them", CLOSING.toSeconds());
      }
    }
    client.connectionPool().evictAll();
    base.close();
  }

  /** False where some still run after that time, or nobody waits any more. */
  private boolean awaitThreads(Duration atMost) {
    try {
      return threads.awaitTermination(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
