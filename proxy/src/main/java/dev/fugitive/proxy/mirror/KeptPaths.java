package dev.fugitive.proxy.mirror;

import dev.fugitive.proxy.http.MirrorPaths;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import okhttp3.HttpUrl;

/**
 * Serves {@code /mirror/HOST[:PORT]/PATH} where {@code https://HOST[:PORT]/PATH}, or the same with
 * {@code http}, is kept.
 *
 * <p>A client may name this machine by an address, by {@code localhost} or by its own host name: no
 * other site's name leads here, whoever has it point to this machine.
 */
public final class KeptPaths implements MirrorPaths {
  private static final String PREFIX = "/mirror/";

  private final Predicate<String> keeps;
  private final Set<String> hostNames;

  /**
   * @param keeps whether a URL in its normal form is kept
   * @param ownNames this machine's host names
   */
  public KeptPaths(Predicate<String> keeps, Set<String> ownNames) {
    this.keeps = keeps;
    this.hostNames = new HashSet<>(Set.of("localhost"));
    for (String name : ownNames) {
      String full = name.toLowerCase(Locale.ROOT);
      String label = firstLabel(full);
      hostNames.addAll(List.of(full, label, label + ".local"));
    }
  }

  /** The machine's own names, the one with its domain too; none where it has none. */
  public static Set<String> ownHostNames() {
    try {
      InetAddress own = InetAddress.getLocalHost();
      return new HashSet<>(List.of(own.getHostName(), own.getCanonicalHostName()));
    } catch (UnknownHostException nameless) {
      return Set.of();
    }
  }

  @Override
  public boolean admitsHost(String host) {
    HttpUrl url = HttpUrl.parse("http://" + host + "/");
    if (url == null || !url.username().isEmpty() || !url.encodedPath().equals("/")) {
      return false;
    }
    String name = url.host().toLowerCase(Locale.ROOT);
    boolean isAddress = name.indexOf(':') >= 0 || name.matches("[0-9.]+");
    return isAddress || hostNames.contains(name);
  }

  private static String firstLabel(String name) {
    int dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  @Override
  public Optional<HttpUrl> urlOf(String pathAndQuery) {
    if (!pathAndQuery.startsWith(PREFIX)) {
      return Optional.empty();
    }
    String rest = pathAndQuery.substring(PREFIX.length());
    for (String scheme : List.of("https://", "http://")) {
      HttpUrl url = HttpUrl.parse(scheme + rest);
      if (url != null && url.username().isEmpty() && keeps.test(url.toString())) {
        return Optional.of(url);
      }
    }
    return Optional.empty();
  }
}
