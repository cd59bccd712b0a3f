package dev.fugitive.proxy.desktop;

import dev.fugitive.client.trust.HostPattern;
import java.net.IDN;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hosts that a PAC file treats alike; values hold letters, digits and {@code ._:*-} alone.
 *
 * @param port the only port meant; empty for any
 */
record HostRule(Kind kind, String value, int bits, String port) {
  /** How the value is compared. */
  enum Kind {
    /** The host of this name. */
    HOST,
    /** The hosts below this name. */
    BELOW,
    /** A name with stars in it. */
    GLOB,
    /** The IPv4 addresses that share so many bits with this one. */
    NET
  }

  private static final Pattern SAFE = Pattern.compile("[a-z0-9._:*-]+");
  private static final Pattern NETWORK =
      Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,3}){0,3})/([0-9]{1,2})");
  private static final Pattern WITH_PORT = Pattern.compile("([^:]+):([0-9]{1,5})");

  HostRule {
    if (!SAFE.matcher(value).matches()) {
      throw new IllegalArgumentException("host: " + value + " (expected: a host's name)");
    }
  }

  /**
   * Reads an entry of a bypass list, in the ways that desktops and {@code no_proxy} write them:
   * {@code host}, which means also what is below it, {@code host:port}, {@code .domain}, {@code
   * *.domain}, {@code 192.168.*}, {@code 10.0.0.0/8}, {@code ::1}. Empty where it is none of these.
   */
  static List<HostRule> ofBypass(String entry) {
    String text = entry.strip().toLowerCase(Locale.ROOT).replaceFirst("^https?://", "");
    Matcher network = NETWORK.matcher(text);
    if (network.matches()) {
      return ofNetwork(network.group(1), Integer.parseInt(network.group(2)));
    }
    Matcher withPort = WITH_PORT.matcher(text);
    return withPort.matches()
        ? ofName(withPort.group(1), withPort.group(2))
        : ofName(text.replaceFirst("^\\[(.*)]$", "$1"), "");
  }

  private static List<HostRule> ofName(String text, String port) {
    String name = text.replaceFirst("\\.+$", "");
    boolean below = name.startsWith("*.") || name.startsWith(".");
    String labels = ascii(below ? name.substring(name.indexOf('.') + 1) : name);
    if (!SAFE.matcher(labels).matches()) {
      return List.of();
    }
    if (labels.contains("*")) {
      return List.of(new HostRule(Kind.GLOB, (below ? "*." : "") + labels, 0, port));
    }
    List<HostRule> rules = new ArrayList<>();
    if (!name.startsWith("*")) {
      rules.add(new HostRule(Kind.HOST, labels, 0, port));
    }
    rules.add(new HostRule(Kind.BELOW, labels, 0, port));
    return rules;
  }

  /** PAC files are asked with names in their ASCII form. */
  private static String ascii(String name) {
    try {
      return IDN.toASCII(name, IDN.ALLOW_UNASSIGNED);
    } catch (IllegalArgumentException malformed) {
      return "";
    }
  }

  private static List<HostRule> ofNetwork(String address, int bits) {
    String[] given = address.split("\\.", -1);
    List<String> numbers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int number = i < given.length ? Integer.parseInt(given[i]) : 0;
      if (number > 255) {
        return List.of();
      }
      numbers.add(Integer.toString(number));
    }
    return bits > 32
        ? List.of()
        : List.of(new HostRule(Kind.NET, String.join(".", numbers), bits, ""));
  }

  /** An origin that the user trusts: this host, or those below it. */
  static HostRule ofTrusted(HostPattern pattern) {
    boolean below = pattern.host().startsWith("*.");
    return new HostRule(
        below ? Kind.BELOW : Kind.HOST,
        ascii(below ? pattern.host().substring(2) : pattern.host()),
        0,
        pattern.port().isPresent() ? Integer.toString(pattern.port().getAsInt()) : "");
  }

  /** The rule as the PAC file's functions read it. */
  String toScript() {
    return "{kind: \"%s\", value: \"%s\", bits: %d, port: \"%s\"}"
        .formatted(kind.name().toLowerCase(Locale.ROOT), value, bits, port);
  }
}
