package dev.fugitive.proxy.http;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A host and a port, parsed once and strictly: no user information, no escapes, no spaces. */
public record Authority(String host, int port) {
  private static final Pattern FORM =
      Pattern.compile("([A-Za-z0-9._-]{1,255}|\\[[0-9A-Fa-f:.]{2,45}])(?::([0-9]{1,5}))?");

  public Authority {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port: " + port + " (expected: 1 to 65535)");
    }
    host = host.toLowerCase(Locale.ROOT);
  }

  /** Reads {@code host[:port]}; an IPv6 address stands in brackets. Empty when it is malformed. */
  public static Optional<Authority> parse(String text, int defaultPort) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String digits = parts.group(2);
    int port = digits == null ? defaultPort : Integer.parseInt(digits);
    return port < 1 || port > 65535
        ? Optional.empty()
        : Optional.of(new Authority(parts.group(1), port));
  }

  /** The host as a resolver takes it: an IPv6 address without brackets. */
  public String hostToResolve() {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** The value of a {@code Host} field (RFC 9110 section 7.2). */
  public String toHostField(int schemePort) {
    return port == schemePort ? host : toString();
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
