package dev.fugitive.proxy.desktop;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * GNOME, and the desktops that share its {@code org.gnome.system.proxy} settings. Values are kept
 * as GVariant text, quotes included.
 */
record Gnome() implements Desktop {
  private static final String SCHEMA = "org.gnome.system.proxy";
  private static final String URL = "autoconfig-url";
  private static final String MODE = "mode";
  private static final Pattern LINE = Pattern.compile("(\\S+) (\\S+) (.*)");
  private static final Pattern QUOTED = Pattern.compile("'((?:[^'\\\\]|\\\\.)*)'");

  @Override
  public String name() {
    return "gnome";
  }

  @Override
  public DesktopSettings read(CommandRunner tools) throws IOException {
    Map<String, String> values =
        parse(tools.output(List.of("gsettings", "list-recursively", SCHEMA)));
    String url = value(values, SCHEMA + " " + URL);
    String mode = value(values, SCHEMA + " " + MODE);
    return new DesktopSettings(
        List.of(new ProxySlot("", Optional.of(url), Optional.of(mode))),
        strings(values.getOrDefault(SCHEMA + " ignore-hosts", "")),
        mode.equals("'manual'") ? fixedProxy(values) : Optional.empty());
  }

  private static String value(Map<String, String> values, String key) throws IOException {
    String value = values.get(key);
    if (value == null) {
      throw new IOException("gsettings: no " + key + " (expected: GNOME's schemas)");
    }
    return value;
  }

  private static Optional<String> fixedProxy(Map<String, String> values) {
    for (String scheme : List.of("https", "http")) {
      String schema = SCHEMA + "." + scheme;
      List<String> host = strings(values.getOrDefault(schema + " host", ""));
      String port = values.getOrDefault(schema + " port", "0");
      if (!host.isEmpty() && !host.getFirst().isEmpty() && !port.equals("0")) {
        return Optional.of(host.getFirst() + ":" + port);
      }
    }
    return Optional.empty();
  }

  private static Map<String, String> parse(String listing) {
    Map<String, String> values = new HashMap<>();
    listing
        .lines()
        .map(LINE::matcher)
        .filter(Matcher::matches)
        .forEach(line -> values.put(line.group(1) + " " + line.group(2), line.group(3)));
    return values;
  }

  /** The strings in a GVariant text: of an array, or the one that it is. */
  private static List<String> strings(String text) {
    List<String> strings = new ArrayList<>();
    Matcher quoted = QUOTED.matcher(text);
    while (quoted.find()) {
      strings.add(quoted.group(1));
    }
    return strings;
  }

  @Override
  public Optional<String> plainPacUrl(ProxySlot slot) {
    return slot.pacUrl()
        .flatMap(text -> strings(text).stream().findFirst())
        .filter(url -> !url.isEmpty());
  }

  @Override
  public ProxySlot on(ProxySlot slot, String pacUrl) {
    return new ProxySlot(slot.name(), Optional.of("'" + pacUrl + "'"), Optional.of("'auto'"));
  }

  @Override
  public ProxySlot none(ProxySlot slot) {
    return new ProxySlot(slot.name(), Optional.of("''"), Optional.of("'none'"));
  }

  @Override
  public Optional<List<String>> writePacUrl(ProxySlot to) {
    return Optional.of(set(URL, to.pacUrl().orElse("''")));
  }

  @Override
  public Optional<List<String>> writeMode(ProxySlot to) {
    return Optional.of(set(MODE, to.mode().orElse("'none'")));
  }

  private static List<String> set(String key, String value) {
    return List.of("gsettings", "set", SCHEMA, key, value);
  }

  @Override
  public List<List<String>> announce() {
    return List.of();
  }
}
