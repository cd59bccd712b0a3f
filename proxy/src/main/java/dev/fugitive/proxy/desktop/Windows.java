package dev.fugitive.proxy.desktop;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Windows: the user's Internet Settings in the registry. A PAC file counts as soon as its URL is
 * there, so there is no switch; WinINet is told afterwards, and tells the programs.
 */
record Windows() implements Desktop {
  private static final String KEY =
      "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings";
  private static final String URL = "AutoConfigURL";

  /** INTERNET_OPTION_SETTINGS_CHANGED and INTERNET_OPTION_REFRESH of wininet.h. */
  private static final String REFRESH =
      "$w = Add-Type -PassThru -Namespace Fugitive -Name WinInet -MemberDefinition"
          + " '[DllImport(\"wininet.dll\")] public static extern bool"
          + " InternetSetOption(IntPtr h, int option, IntPtr buffer, int length);';"
          + " foreach ($option in 39, 37) {"
          + " [void]$w::InternetSetOption([IntPtr]::Zero, $option, [IntPtr]::Zero, 0) }";

  @Override
  public String name() {
    return "windows";
  }

  @Override
  public DesktopSettings read(CommandRunner tools) throws IOException {
    String printed = tools.output(List.of("reg", "query", KEY));
    boolean fixed = value(printed, "ProxyEnable").equals(Optional.of("0x1"));
    return new DesktopSettings(
        List.of(new ProxySlot("", value(printed, URL), Optional.empty())),
        value(printed, "ProxyOverride").map(Windows::list).orElse(List.of()),
        fixed ? value(printed, "ProxyServer").flatMap(HostPort::find) : Optional.empty());
  }

  /** A line of {@code reg query}: name, type and value, four spaces between them. */
  private static Optional<String> value(String printed, String name) {
    Pattern line = Pattern.compile("\\s+" + name + "\\s+REG_[A-Z_]+\\s*(.*)");
    return printed
        .lines()
        .map(line::matcher)
        .filter(Matcher::matches)
        .map(found -> found.group(1).strip())
        .findFirst();
  }

  private static List<String> list(String text) {
    return Arrays.stream(text.split(";", -1))
        .map(String::strip)
        .filter(each -> !each.isEmpty() && !each.startsWith("<"))
        .toList();
  }

  @Override
  public ProxySlot on(ProxySlot slot, String pacUrl) {
    return new ProxySlot(slot.name(), Optional.of(pacUrl), Optional.empty());
  }

  @Override
  public ProxySlot none(ProxySlot slot) {
    return new ProxySlot(slot.name(), Optional.empty(), Optional.empty());
  }

  @Override
  public Optional<List<String>> writePacUrl(ProxySlot to) {
    return Optional.of(
        to.pacUrl().isPresent()
            ? List.of("reg", "add", KEY, "/v", URL, "/t", "REG_SZ", "/d", to.pacUrl().get(), "/f")
            : List.of("reg", "delete", KEY, "/v", URL, "/f"));
  }

  @Override
  public Optional<List<String>> writeMode(ProxySlot to) {
    return Optional.empty();
  }

  @Override
  public List<List<String>> announce() {
    return List.of(List.of("powershell.exe", "-NoProfile", "-NonInteractive", "-Command", REFRESH));
  }
}
