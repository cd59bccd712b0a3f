package dev.fugitive.proxy.decrypt;

import dev.fugitive.proxy.decrypt.Decision.Decrypt;
import dev.fugitive.proxy.decrypt.Decision.Refuse;
import dev.fugitive.proxy.decrypt.Decision.Tunnel;
import dev.fugitive.proxy.decrypt.Decision.WaitForMoreBytes;
import dev.fugitive.proxy.decrypt.Decision.Why;
import java.util.List;
import java.util.function.Predicate;

/**
 * Decides which way a CONNECT goes, from what its client said first.
 *
 * <p>In doubt it is a tunnel: that is what the client asked for, and what it would have without
 * this proxy. Decrypting takes a yes at every clause, in this order:
 *
 * <ol>
 *   <li>The user named the host, and did not except it. Else nothing is looked at: tunnel.
 *   <li>The CA is valid now. Else tunnel.
 *   <li>The client speaks first. One that says nothing for {@link #QUIET_MILLIS} waits for the
 *       server's greeting, as with SMTP or SSH: tunnel.
 *   <li>It speaks TLS. Plain HTTP, a WebSocket in the clear, SSH: tunnel.
 *   <li>Its hello arrives within {@link #HELLO_MILLIS}. Until then wait; later it is refused: no
 *       TLS client sends a message in pieces for that long, and it would hold memory. One that ends
 *       before is tunnelled to its end.
 *   <li>Its hello is well formed and no longer than any known. What we cannot read the server may:
 *       tunnel.
 *   <li>Its hello names the host of the CONNECT, or none: Java sends no name without a dot. With
 *       another it is fronting, or the name is the public one around an encrypted hello, and either
 *       way it does not talk to the host that the user named: tunnel. An encrypted hello under the
 *       right name is no reason, because most are empty and a client whose is not is noticed by
 *       clause 10.
 *   <li>It offers TLS 1.2 or 1.3; we speak nothing older: tunnel.
 *   <li>It would speak HTTP/2 or HTTP/1.1, or does not say what. Other protocols: tunnel.
 *   <li>It has not refused our certificate before. Else tunnel.
 *   <li>Decrypt.
 * </ol>
 */
final class DecryptPolicy {
  /** How long a client may be silent before it is taken for one that waits to be greeted. */
  static final long QUIET_MILLIS = 2_000;

  /** How long a hello may take. */
  static final long HELLO_MILLIS = 10_000;

  private static final int TLS_1_2 = 0x0303;
  private static final int TLS_1_3 = 0x0304;
  private static final List<String> PROTOCOLS = List.of("h2", "http/1.1");

  private DecryptPolicy() {}

  /**
   * Decides.
   *
   * @param caValid whether the CA's certificate is valid now
   * @param distrusts who has refused the CA's certificates
   */
  static Decision decide(
      Peeked peeked, DecryptHosts hosts, boolean caValid, Predicate<TlsClient> distrusts) {
    if (!hosts.covers(peeked.host(), peeked.port())) {
      return new Tunnel(Why.HOST_NOT_NAMED); // 1
    }
    if (!caValid) {
      return new Tunnel(Why.CA_EXPIRED); // 2
    }
    if (peeked.bytes().size() == 0) {
      return silent(peeked); // 3
    }
    return switch (ClientHelloParser.parse(peeked.bytes())) {
      case HelloParse.NotTls notTls -> new Tunnel(Why.NOT_TLS); // 4
      case HelloParse.Incomplete(int atLeastBytes) -> incomplete(peeked, atLeastBytes); // 5
      case HelloParse.Malformed malformed -> new Tunnel(Why.HELLO_MALFORMED); // 6
      case ClientHello hello -> complete(peeked, hello, distrusts);
    };
  }

  private static Decision silent(Peeked peeked) {
    if (peeked.ended()) {
      return new Tunnel(Why.CLIENT_ENDED);
    }
    return peeked.waitedMillis() >= QUIET_MILLIS
        ? new Tunnel(Why.SERVER_SPEAKS_FIRST)
        : new WaitForMoreBytes(1, QUIET_MILLIS);
  }

  private static Decision incomplete(Peeked peeked, int atLeastBytes) {
    if (peeked.ended()) {
      return new Tunnel(Why.CLIENT_ENDED);
    }
    return peeked.waitedMillis() >= HELLO_MILLIS
        ? new Refuse(Why.HELLO_TOO_SLOW)
        : new WaitForMoreBytes(atLeastBytes, HELLO_MILLIS);
  }

  private static Decision complete(
      Peeked peeked, ClientHello hello, Predicate<TlsClient> distrusts) {
    String host = withoutFinalDot(peeked.host());
    if (!withoutFinalDot(hello.serverName().orElse(host)).equals(host)) {
      return new Tunnel(Why.OTHER_NAME); // 7
    }
    if (!hello.versions().contains(TLS_1_2) && !hello.versions().contains(TLS_1_3)) {
      return new Tunnel(Why.OLD_TLS); // 8
    }
    if (!hello.protocols().isEmpty() && hello.protocols().stream().noneMatch(PROTOCOLS::contains)) {
      return new Tunnel(Why.OTHER_PROTOCOL); // 9
    }
    TlsClient client = new TlsClient(peeked.client(), peeked.host(), hello.fingerprint());
    return distrusts.test(client)
        ? new Tunnel(Why.CLIENT_DISTRUSTS) // 10
        : new Decrypt(client); // 11
  }

  private static String withoutFinalDot(String host) {
    return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
  }
}
