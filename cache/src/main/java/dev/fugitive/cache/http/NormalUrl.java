package dev.fugitive.cache.http;

import java.net.URI;
import java.util.Optional;

/**
 * The one spelling of a URL that this cache uses, by the normalisations of RFC 3986 section 6.2
 * that cannot change what is named: case of scheme and host, case of percent-encodings, default
 * port, empty path, no fragment. Paths are not resolved and queries are never reordered.
 */
public final class NormalUrl {
  private NormalUrl() {}

  /** The normal spelling; what is no {@code scheme://authority} URL comes back as it is. */
  public static String of(String url) {
    int fragment = url.indexOf('#');
    String whole = fragment < 0 ? url : url.substring(0, fragment);
    int schemeEnd = whole.indexOf("://");
    if (schemeEnd <= 0) {
      return whole;
    }
    int authorityStart = schemeEnd + 3;
    int authorityEnd = authorityEnd(whole, authorityStart);
    String scheme = FieldValues.lower(whole.substring(0, schemeEnd));
    String authority = authority(scheme, whole.substring(authorityStart, authorityEnd));
    String rest = upperCasePercentEncodings(whole.substring(authorityEnd));
    return scheme + "://" + authority + (rest.startsWith("/") ? rest : "/" + rest);
  }

  /**
   * What a reference names, seen from a URL (RFC 3986 section 5.2), in the normal spelling; empty
   * where it is no reference.
   */
  static Optional<String> resolve(String base, String reference) {
    String text = FieldValues.trim(reference);
    try {
      // java.net.URI takes an empty path for a relative one
      return text.isEmpty() || text.startsWith("?")
          ? Optional.of(of(withoutQuery(base) + URI.create(text)))
          : Optional.of(of(URI.create(base).resolve(text).toString()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String withoutQuery(String url) {
    int end = url.indexOf('?');
    return end < 0 ? url : url.substring(0, end);
  }

  /** Scheme, host and port of a URL in one spelling (RFC 9110 section 4.3.1). */
  static String origin(String url) {
    String normal = of(url);
    int schemeEnd = normal.indexOf("://");
    if (schemeEnd <= 0) {
      return "";
    }
    String authority = normal.substring(schemeEnd + 3, authorityEnd(normal, schemeEnd + 3));
    return normal.substring(0, schemeEnd + 3) + authority.substring(authority.lastIndexOf('@') + 1);
  }

  private static int authorityEnd(String url, int from) {
    for (int i = from; i < url.length(); i++) {
      char c = url.charAt(i);
      if (c == '/' || c == '?' || c == '#') {
        return i;
      }
    }
    return url.length();
  }

  private static String authority(String scheme, String authority) {
    int hostStart = authority.lastIndexOf('@') + 1;
    String userInfo = authority.substring(0, hostStart);
    String hostAndPort = FieldValues.lower(authority.substring(hostStart));
    int colon = hostAndPort.lastIndexOf(':');
    if (colon < 0 || colon < hostAndPort.lastIndexOf(']')) {
      return userInfo + hostAndPort;
    }
    String port = hostAndPort.substring(colon + 1);
    boolean isDefault =
        port.isEmpty()
            || (scheme.equals("http") && port.equals("80"))
            || (scheme.equals("https") && port.equals("443"));
    return userInfo + (isDefault ? hostAndPort.substring(0, colon) : hostAndPort);
  }

  private static String upperCasePercentEncodings(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    StringBuilder normal = new StringBuilder(text);
    for (int i = 0; i + 2 < normal.length(); i++) {
      if (normal.charAt(i) == '%' && isHex(normal.charAt(i + 1)) && isHex(normal.charAt(i + 2))) {
        normal.setCharAt(i + 1, Character.toUpperCase(normal.charAt(i + 1)));
        normal.setCharAt(i + 2, Character.toUpperCase(normal.charAt(i + 2)));
        i += 2;
      }
    }
    return normal.toString();
  }

  private static boolean isHex(char c) {
    return c < 128 && Character.digit(c, 16) >= 0;
  }
}
