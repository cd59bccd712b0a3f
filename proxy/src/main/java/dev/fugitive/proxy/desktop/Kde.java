package dev.fugitive.proxy.desktop;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * KDE Plasma: the file {@code kioslaverc}, through the tools that know its rules.
 *
 * @param version the number in the tools' names, 5 or 6
 */
record Kde(int version) implements Desktop {
  private static final String URL = "Proxy Config Script";
  private static final String TYPE = "ProxyType";
  private static final String NO_PROXY = "0";
  private static final String FIXED = "1";
  private static final String PAC = "2";

  /** What the tool is told to print where nothing is set; no value looks like it. */
  private static final String UNSET = "(not set)";

  @Override
  public String name() {
    return "kde" + version;
  }

  /** Plasma 5 and 6 keep the same file, each with tools of its own. */
  @Override
  public Optional<Desktop> otherVersion() {
    return Optional.of(new Kde(version == 5 ? 6 : 5));
  }

  @Override
  public DesktopSettings read(CommandRunner tools) throws IOException {
    ProxySlot slot = new ProxySlot("", value(tools, URL), value(tools, TYPE));
    return new DesktopSettings(
        List.of(slot),
        bypass(tools),
        slot.mode().equals(Optional.of(FIXED)) ? fixedProxy(tools) : Optional.empty());
  }

  private Optional<String> value(CommandRunner tools, String key) throws IOException {
    List<String> command = new ArrayList<>(key("kreadconfig", key));
    command.addAll(List.of("--default", UNSET));
    String printed = tools.output(command).stripTrailing();
    return printed.equals(UNSET) ? Optional.empty() : Optional.of(printed);
  }

  /** Where the list is reversed it names the hosts that are to go through a proxy. */
  private List<String> bypass(CommandRunner tools) throws IOException {
    boolean reversed = value(tools, "ReversedException").equals(Optional.of("true"));
    return reversed ? List.of() : value(tools, "NoProxyFor").map(Kde::list).orElse(List.of());
  }

  private static List<String> list(String text) {
    return Arrays.stream(text.split("[,\\s]+", -1)).filter(each -> !each.isEmpty()).toList();
  }

  /** Written as {@code http://host 8080}, by some also with a colon. */
  private Optional<String> fixedProxy(CommandRunner tools) throws IOException {
    for (String key : List.of("httpsProxy", "httpProxy")) {
      Optional<String> proxy = value(tools, key).flatMap(HostPort::find);
      if (proxy.isPresent()) {
        return proxy;
      }
    }
    return Optional.empty();
  }

  @Override
  public ProxySlot on(ProxySlot slot, String pacUrl) {
    return new ProxySlot(slot.name(), Optional.of(pacUrl), Optional.of(PAC));
  }

  @Override
  public ProxySlot none(ProxySlot slot) {
    return new ProxySlot(slot.name(), Optional.empty(), Optional.of(NO_PROXY));
  }

  @Override
  public Optional<List<String>> writePacUrl(ProxySlot to) {
    return Optional.of(write(URL, to.pacUrl()));
  }

  @Override
  public Optional<List<String>> writeMode(ProxySlot to) {
    return Optional.of(write(TYPE, to.mode()));
  }

  private List<String> write(String key, Optional<String> value) {
    List<String> command = new ArrayList<>(key("kwriteconfig", key));
    if (value.isEmpty()) {
      command.add("--delete");
    }
    command.add(value.orElse(""));
    return List.copyOf(command);
  }

  private List<String> key(String tool, String key) {
    return List.of(
        tool + version, "--file", "kioslaverc", "--group", "Proxy Settings", "--key", key);
  }

  @Override
  public List<List<String>> announce() {
    return List.of(
        List.of(
            "dbus-send",
            "--session",
            "--type=signal",
            "/KIO/Scheduler",
            "org.kde.KIO.Scheduler.reparseSlaveConfiguration",
            "string:"));
  }
}
