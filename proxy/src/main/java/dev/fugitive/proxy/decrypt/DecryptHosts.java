package dev.fugitive.proxy.decrypt;

import dev.fugitive.client.trust.HostPattern;
import java.util.List;

/**
 * The hosts whose connections the user wants decrypted.
 *
 * @param named hosts named with {@code --decrypt}
 * @param excepted hosts among them that stay tunnels, named with {@code --no-decrypt}
 */
public record DecryptHosts(List<HostPattern> named, List<HostPattern> excepted) {
  /** No host: every CONNECT is a tunnel. */
  public static final DecryptHosts NONE = new DecryptHosts(List.of(), List.of());

  public DecryptHosts {
    named = List.copyOf(named);
    excepted = List.copyOf(excepted);
  }

  /**
   * Reads a host to decrypt. It must be a name, as the CA may not speak for addresses, and in the
   * form in which it stands in a certificate.
   */
  public static HostPattern parseName(String text) {
    HostPattern pattern = HostPattern.parse(text);
    if (!isDnsName(domain(pattern))) {
      throw new IllegalArgumentException(
          "host: " + text + " (expected: a DNS name in ASCII, not an address)");
    }
    return pattern;
  }

  /** Whether no host was named. */
  public boolean isEmpty() {
    return named.isEmpty();
  }

  /** Whether connections to this host and port are to be decrypted; the exceptions win. */
  public boolean covers(String host, int port) {
    return isDnsName(host)
        && named.stream().anyMatch(pattern -> pattern.matches(host, port))
        && excepted.stream().noneMatch(pattern -> pattern.matches(host, port));
  }

  /** The domain that a pattern lies in, {@code example.org} for {@code *.example.org}. */
  static String domain(HostPattern pattern) {
    return pattern.host().startsWith("*.") ? pattern.host().substring(2) : pattern.host();
  }

  /** Whether it is a host name in ASCII and no IPv4 address in any notation. */
  static boolean isDnsName(String host) {
    return host.length() <= 253
        && host.matches(
            "(?i)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.?")
        && !host.matches("(?i)([0-9.]+|.*\\.)?(0x[0-9a-f]*|[0-9]+)\\.?");
  }
}
