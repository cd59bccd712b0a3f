package dev.fugitive.proxy.decrypt;

import java.util.List;
import java.util.Optional;
import okio.ByteString;

/**
 * What a TLS client says of itself, as far as it decides the way of its connection.
 *
 * @param serverName the host it wants, in lower case
 * @param protocols what it would speak inside, by ALPN; empty where it does not say
 * @param versions the TLS versions it offers, {@code 0x0304} for 1.3
 * @param encryptedHello whether another hello is hidden in it, or may be: many clients send the
 *     extension with nothing in it
 * @param fingerprint the same for each hello of one client program and another for most others:
 *     over its cipher suites and extensions without order, random values and what changes when a
 *     session is resumed
 */
record ClientHello(
    Optional<String> serverName,
    List<String> protocols,
    List<Integer> versions,
    boolean encryptedHello,
    ByteString fingerprint)
    implements HelloParse {
  ClientHello {
    protocols = List.copyOf(protocols);
    versions = List.copyOf(versions);
  }
}
