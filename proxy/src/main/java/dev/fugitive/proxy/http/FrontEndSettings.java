package dev.fugitive.proxy.http;

import dev.fugitive.client.trust.TrustOrigins;
import dev.fugitive.proxy.decrypt.Decryption;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;

/**
 * Where the front end listens and what it tolerates.
 *
 * @param listen the address to listen on
 * @param trustedOrigins hosts that the user named; a tunnel may go to any port of theirs
 * @param tunnelPorts ports that CONNECT may name on any host
 * @param limits bounds on what one client may send and how slowly
 * @param decryption what opens the TLS of tunnels, where the user named hosts
 * @param mirror what is served in place of proxying
 * @param originTls whom a pass-through trusts; as the platform does where it is empty
 */
public record FrontEndSettings(
    InetSocketAddress listen,
    TrustOrigins trustedOrigins,
    Set<Integer> tunnelPorts,
    Limits limits,
    Optional<Decryption> decryption,
    Optional<SslContext> originTls,
    Optional<MirrorPaths> mirror) {

  /**
   * Bounds for one client.
   *
   * @param requestLineBytes longest request line; more is answered 414
   * @param headBytes longest head, request line included; more is answered 431
   * @param fieldCount most fields in a head; more is answered 431
   * @param bodyBytes longest request body; more is answered 413
   * @param connectionsPerAddress most open connections from one address; more is answered 503
   * @param requestsPerConnection most requests on one connection, which is then closed
   * @param headMillis time for a whole head from its first byte; later is answered 408
   * @param idleMillis time a connection may wait for its next request
   * @param bodyStallMillis time a request body may stand still; longer is answered 408
   * @param minBytesPerSecond slower, over the time spent waiting for it, a body is given up, in
   *     either direction; the stall times are borne at any pace
   * @param writeStallMillis time a client may leave a response unread
   * @param tunnelIdleMillis time a tunnel may carry nothing in either direction
   * @param connectMillis time to reach an origin for a tunnel or a pass-through
   * @param lingerMillis time to drain what a refused client still sends
   */
  public record Limits(
      int requestLineBytes,
      int headBytes,
      int fieldCount,
      long bodyBytes,
      int connectionsPerAddress,
      int requestsPerConnection,
      long headMillis,
      long idleMillis,
      long bodyStallMillis,
      long minBytesPerSecond,
      long writeStallMillis,
      long tunnelIdleMillis,
      int connectMillis,
      long lingerMillis) {

    /** What a program on the same machine or network needs, with room. */
    public static final Limits DEFAULT =
        new Limits(
            16 * 1024, 64 * 1024, 128, 1L << 40, 1024, 10_000, 15_000, 75_000, 60_000, 100, 120_000,
            600_000, 10_000, 2_000);
  }

  /** Without decryption: every CONNECT is a tunnel. */
  public FrontEndSettings(
      InetSocketAddress listen,
      TrustOrigins trustedOrigins,
      Set<Integer> tunnelPorts,
      Limits limits) {
    this(
        listen,
        trustedOrigins,
        tunnelPorts,
        limits,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  public FrontEndSettings {
    tunnelPorts = Set.copyOf(tunnelPorts);
  }

  /** The usual bounds; tunnels to 443 and 8443. */
  public static FrontEndSettings on(InetSocketAddress listen, TrustOrigins trustedOrigins) {
    return new FrontEndSettings(listen, trustedOrigins, Set.of(443, 8443), Limits.DEFAULT);
  }

  /** These settings with decryption. */
  public FrontEndSettings withDecryption(Optional<Decryption> chosen) {
    return new FrontEndSettings(
        listen, trustedOrigins, tunnelPorts, limits, chosen, originTls, mirror);
  }

  /** These settings for a front end that is no proxy, and serves these paths alone. */
  public FrontEndSettings serving(MirrorPaths paths) {
    return new FrontEndSettings(
        listen, trustedOrigins, tunnelPorts, limits, decryption, originTls, Optional.of(paths));
  }

  boolean mayTunnelTo(Authority target) {
    return tunnelPorts.contains(target.port()) || trusts(target);
  }

  boolean trusts(Authority target) {
    return trustedOrigins.contains(target.host(), target.port());
  }
}
