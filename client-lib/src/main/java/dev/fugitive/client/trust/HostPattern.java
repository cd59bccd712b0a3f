package dev.fugitive.client.trust;

import java.util.Locale;
import java.util.OptionalInt;

/**
 * Names hosts: {@code HOST}, {@code HOST:PORT}, {@code *.SUFFIX}, an IPv6 address in brackets.
 *
 * @param host in lower case without a final dot; IPv6 without brackets
 * @param port the only port meant; any port where it is empty
 */
public record HostPattern(String host, OptionalInt port) {
  private static final String ANY_BELOW = "*.";

  /** Reads a pattern as the user writes it. */
  public static HostPattern parse(String text) {
    String host = text.strip();
    OptionalInt port = OptionalInt.empty();
    int colon = host.lastIndexOf(':');
    boolean bareV6 = !host.startsWith("[") && host.indexOf(':') != colon;
    if (colon > host.lastIndexOf(']') && !bareV6) {
      port = OptionalInt.of(parsePort(text, host.substring(colon + 1)));
      host = host.substring(0, colon);
    }
    String canonical = canonical(host);
    String labels = canonical.startsWith(ANY_BELOW) ? canonical.substring(2) : canonical;
    if (labels.isEmpty() || !labels.matches("[\\p{L}\\p{N}._:-]+")) {
      throw malformed(text);
    }
    return new HostPattern(canonical, port);
  }

  /** Whether a URL's host and port are meant. */
  public boolean matches(String otherHost, int otherPort) {
    if (port.isPresent() && port.getAsInt() != otherPort) {
      return false;
    }
    String other = canonical(otherHost);
    return host.startsWith(ANY_BELOW) ? other.endsWith(host.substring(1)) : other.equals(host);
  }

  private static String canonical(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    if (name.startsWith("[") && name.endsWith("]")) {
      name = name.substring(1, name.length() - 1);
    }
    while (name.endsWith(".")) {
      name = name.substring(0, name.length() - 1);
    }
    return name;
  }

  private static int parsePort(String text, String digits) {
    if (!digits.matches("[0-9]{1,5}")) {
      throw malformed(text);
    }
    int port = Integer.parseInt(digits);
    if (port < 1 || port > 65535) {
      throw malformed(text);
    }
    return port;
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException("host: " + text + " (expected: HOST, HOST:PORT or *.HOST)");
  }

  @Override
  public String toString() {
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port.isPresent() ? name + ":" + port.getAsInt() : name;
  }
}
