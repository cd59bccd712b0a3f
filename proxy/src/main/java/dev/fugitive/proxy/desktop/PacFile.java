package dev.fugitive.proxy.desktop;

import dev.fugitive.client.trust.TrustOrigins;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import okhttp3.HttpUrl;

/**
 * The proxy auto-configuration file: what goes through this proxy, with the direct way behind it,
 * and what goes directly at once.
 *
 * <p>Directly go what the user's bypass list names, loopback, plain host names, and the names and
 * addresses of private networks; an origin named with {@code --trust-origin} is excepted from the
 * latter, since it was named in order to be shared.
 */
public final class PacFile {
  /** Where the proxy serves it. */
  public static final String PATH = "/proxy.pac";

  /** Its media type, which some browsers insist on. */
  public static final String MEDIA_TYPE = "application/x-ns-proxy-autoconfig";

  private static final String RESOURCE = "proxy.pac";
  private static final Pattern AUTHORITY = Pattern.compile("[A-Za-z0-9._:\\[\\]-]+");
  private static final String FUNCTIONS = functions();

  private PacFile() {}

  /** The URL under which a proxy that listens here serves it to programs on this machine. */
  public static String url(InetSocketAddress listen) {
    return "http://" + authority(listen) + PATH;
  }

  /** The host and port under which programs on this machine reach a proxy that listens here. */
  public static String authority(InetSocketAddress listen) {
    InetAddress address = listen.getAddress();
    String host = address.isAnyLocalAddress() ? "127.0.0.1" : address.getHostAddress();
    String canonical = new HttpUrl.Builder().scheme("http").host(host).build().host();
    return (canonical.contains(":") ? "[" + canonical + "]" : canonical) + ":" + listen.getPort();
  }

  /**
   * Writes the file.
   *
   * @param authority the {@code host:port} of the proxy, as the asking program reaches it
   * @param bypass the user's list; entries that name no host are left out
   * @param behind the proxy to use while this one does not answer
   */
  public static String script(
      String authority, List<String> bypass, Optional<String> behind, TrustOrigins trusted) {
    String way = "PROXY " + checked(authority) + "; ";
    return "var SELF = \"%s\";\nvar PROXY = \"%sDIRECT\";\nvar BYPASS = %s;\nvar TRUSTED = %s;\n\n%s"
        .formatted(
            authority.replaceAll("[\\[\\]]", ""),
            way + behind.map(proxy -> "PROXY " + checked(proxy) + "; ").orElse(""),
            array(bypass.stream().flatMap(each -> HostRule.ofBypass(each).stream()).toList()),
            array(trusted.origins().stream().map(HostRule::ofTrusted).toList()),
            FUNCTIONS);
  }

  /** Whether an entry of a bypass list names hosts. */
  public static boolean isBypassEntry(String entry) {
    return !HostRule.ofBypass(entry).isEmpty();
  }

  private static String array(List<HostRule> rules) {
    return rules.stream().map(HostRule::toScript).collect(Collectors.joining(", ", "[", "]"));
  }

  private static String checked(String authority) {
    if (!AUTHORITY.matcher(authority).matches()) {
      throw new IllegalArgumentException("proxy: " + authority + " (expected: host:port)");
    }
    return authority;
  }

  private static String functions() {
    try (InputStream in = PacFile.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("resource: " + RESOURCE + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
