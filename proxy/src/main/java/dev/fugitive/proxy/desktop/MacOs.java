package dev.fugitive.proxy.desktop;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * macOS: {@code networksetup}, for each network service that is enabled. A service without a PAC
 * URL cannot be given back exactly so, since the tool has no word for it; its switch is turned off
 * and the URL stays, unused.
 */
record MacOs() implements Desktop {
  private static final String NETWORKSETUP = "networksetup";
  private static final String NULL = "(null)";
  private static final String YES = "Yes";
  private static final String NO = "No";

  @Override
  public String name() {
    return "macos";
  }

  @Override
  public DesktopSettings read(CommandRunner tools) throws IOException {
    List<ProxySlot> slots = new ArrayList<>();
    Set<String> bypass = new LinkedHashSet<>();
    Optional<String> fixed = Optional.empty();
    for (String service : services(tools)) {
      slots.add(slot(service, ask(tools, "-getautoproxyurl", service)));
      bypass.addAll(bypass(ask(tools, "-getproxybypassdomains", service)));
      if (fixed.isEmpty()) {
        fixed = fixedProxy(ask(tools, "-getsecurewebproxy", service));
      }
    }
    return new DesktopSettings(slots, List.copyOf(bypass), fixed);
  }

  /** The first line explains the asterisk that marks what is disabled. */
  private static List<String> services(CommandRunner tools) throws IOException {
    return tools
        .output(List.of(NETWORKSETUP, "-listallnetworkservices"))
        .lines()
        .skip(1)
        .filter(line -> !line.startsWith("*") && !line.isBlank())
        .toList();
  }

  private static String ask(CommandRunner tools, String what, String service) throws IOException {
    return tools.output(List.of(NETWORKSETUP, what, service));
  }

  private static ProxySlot slot(String service, String printed) {
    return new ProxySlot(
        service,
        field(printed, "URL").filter(url -> !url.equals(NULL) && !url.isEmpty()),
        field(printed, "Enabled"));
  }

  /** One a line; a sentence with spaces where there are none. */
  private static List<String> bypass(String printed) {
    return printed.lines().map(String::strip).filter(line -> line.matches("\\S+")).toList();
  }

  private static Optional<String> fixedProxy(String printed) {
    Optional<String> server = field(printed, "Server").filter(host -> !host.isEmpty());
    Optional<String> port = field(printed, "Port");
    boolean inUse = field(printed, "Enabled").equals(Optional.of(YES));
    return inUse && server.isPresent() && port.isPresent()
        ? HostPort.find(server.get() + ":" + port.get())
        : Optional.empty();
  }

  private static Optional<String> field(String printed, String name) {
    return printed
        .lines()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst();
  }

  @Override
  public ProxySlot on(ProxySlot slot, String pacUrl) {
    return new ProxySlot(slot.name(), Optional.of(pacUrl), Optional.of(YES));
  }

  @Override
  public ProxySlot none(ProxySlot slot) {
    return new ProxySlot(slot.name(), Optional.empty(), Optional.of(NO));
  }

  @Override
  public Optional<List<String>> writePacUrl(ProxySlot to) {
    return to.pacUrl().map(url -> List.of(NETWORKSETUP, "-setautoproxyurl", to.name(), url));
  }

  @Override
  public Optional<List<String>> writeMode(ProxySlot to) {
    String state = to.mode().equals(Optional.of(YES)) ? "on" : "off";
    return Optional.of(List.of(NETWORKSETUP, "-setautoproxystate", to.name(), state));
  }

  /** Writing a URL also switches it on, so the switch is always written after it. */
  @Override
  public List<List<String>> commands(ProxySlot from, ProxySlot to) {
    List<List<String>> commands = new ArrayList<>();
    boolean newUrl = !from.pacUrl().equals(to.pacUrl()) && to.pacUrl().isPresent();
    if (newUrl) {
      writePacUrl(to).ifPresent(commands::add);
    }
    if (newUrl || !from.mode().equals(to.mode())) {
      writeMode(to).ifPresent(commands::add);
    }
    return commands;
  }

  @Override
  public List<List<String>> announce() {
    return List.of();
  }
}
