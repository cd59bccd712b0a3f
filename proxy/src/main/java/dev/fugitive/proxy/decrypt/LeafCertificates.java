package dev.fugitive.proxy.decrypt;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.security.KeyPair;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLException;

/**
 * The certificates under which this proxy stands in for hosts: made when they are first wanted,
 * kept for half their life, with one key for all that never leaves this process.
 *
 * <p>Nothing is made for a host that the user did not name, whatever the CA's reach.
 */
final class LeafCertificates {
  /** Most hosts that are remembered. */
  static final int MAX_HOSTS = 1024;

  private static final Duration KEPT = CertificateAuthority.LEAF_LIFE.dividedBy(2);
  private static final long SESSION_SECONDS = 3600;
  private static final long MAX_SESSIONS = 256;

  private final CertificateAuthority authority;
  private final DecryptHosts hosts;
  private final InstantSource clock;
  private final KeyPair keys = CertificateAuthority.newKeys();
  private final Executor executor;
  private final AsyncCache<String, SslContext> contexts;

  /** The executor makes certificates: some milliseconds of arithmetic each. */
  LeafCertificates(
      CertificateAuthority authority, DecryptHosts hosts, InstantSource clock, Executor executor) {
    this.authority = authority;
    this.hosts = hosts;
    this.clock = clock;
    this.executor = executor;
    this.contexts =
        Caffeine.newBuilder()
            .maximumSize(MAX_HOSTS)
            .expireAfterWrite(KEPT)
            .ticker(() -> Duration.ofMillis(clock.millis()).toNanos())
            .executor(executor)
            .buildAsync();
  }

  /** What a server needs to stand in for this host. */
  CompletableFuture<SslContext> contextFor(String host, int port) {
    if (!hosts.covers(host, port) || !authority.permits(host)) {
      return CompletableFuture.failedFuture(
          new IllegalArgumentException("host: " + host + " (expected: one that was named)"));
    }
    return contexts.get(
        host, (name, on) -> CompletableFuture.supplyAsync(() -> make(name), executor));
  }

  private SslContext make(String host) {
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    try {
      return SslContextBuilder.forServer(
              keys.getPrivate(), authority.issue(name, keys.getPublic(), clock.instant()))
          .sslProvider(SslProvider.JDK)
          .protocols("TLSv1.3", "TLSv1.2")
          .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
          .applicationProtocolConfig(
              new ApplicationProtocolConfig(
                  Protocol.ALPN,
                  SelectorFailureBehavior.NO_ADVERTISE,
                  SelectedListenerFailureBehavior.ACCEPT,
                  ApplicationProtocolNames.HTTP_2,
                  ApplicationProtocolNames.HTTP_1_1))
          .sessionTimeout(SESSION_SECONDS)
          .sessionCacheSize(MAX_SESSIONS)
          .build();
    } catch (SSLException failure) {
      throw new CompletionException(failure);
    }
  }
}
