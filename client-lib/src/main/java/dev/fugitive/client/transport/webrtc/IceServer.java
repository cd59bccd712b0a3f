package dev.fugitive.client.transport.webrtc;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A STUN or TURN server.
 *
 * @param url as RFC 7064 and RFC 7065 write it, without credentials
 * @param username empty for STUN
 * @param password empty for STUN
 */
public record IceServer(String url, String username, String password) {
  private static final Pattern FORM =
      Pattern.compile(
          "(?<scheme>stuns?|turns?):(?:(?<user>[^:@\\s]+):(?<password>[^@\\s]+)@)?"
              + "(?<host>[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+])(?::(?<port>[0-9]{1,5}))?"
              + "(?<query>\\?transport=(?:udp|tcp))?");

  /**
   * Reads {@code stun:HOST[:PORT]} or {@code turn:USER:PASSWORD@HOST[:PORT][?transport=udp|tcp]},
   * or the same with {@code stuns} and {@code turns}.
   */
  public static IceServer parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw refused(text, "stun:HOST[:PORT] or turn:USER:PASSWORD@HOST[:PORT]");
    }
    String port = form.group("port");
    if (port != null && (Integer.parseInt(port) == 0 || Integer.parseInt(port) > 65_535)) {
      throw refused(text, "a port of 1 to 65535");
    }
    boolean turn = form.group("scheme").startsWith("turn");
    if (turn != (form.group("user") != null)) {
      throw refused(text, turn ? "turn:USER:PASSWORD@HOST" : "stun: without credentials");
    }
    if (!turn && form.group("query") != null) {
      throw refused(text, "stun: without a query");
    }
    String url =
        form.group("scheme")
            + ":"
            + form.group("host")
            + (port == null ? "" : ":" + port)
            + orEmpty(form.group("query"));
    return new IceServer(url, orEmpty(form.group("user")), orEmpty(form.group("password")));
  }

  /** Without the password: for logs. */
  @Override
  public String toString() {
    return url;
  }

  private static String orEmpty(@Nullable String group) {
    return group == null ? "" : group;
  }

  private static IllegalArgumentException refused(String text, String expected) {
    return new IllegalArgumentException("ICE server: " + text + " (expected: " + expected + ")");
  }
}
