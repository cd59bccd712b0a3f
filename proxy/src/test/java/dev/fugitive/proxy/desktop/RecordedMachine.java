package dev.fugitive.proxy.desktop;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A machine's proxy settings behind the words that its tools print and take, as they were recorded;
 * a test may have the process die at any command that changes something.
 */
abstract class RecordedMachine implements CommandRunner {
  /** The process is gone: nothing after the command happens. */
  static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  final Map<String, String> values = new TreeMap<>();
  final List<String> changes = new ArrayList<>();
  private int changesToLive = Integer.MAX_VALUE;
  private boolean deaf;

  /** Dies just before the command that would be the change of this number, counted from zero. */
  void dieAtChange(int number) {
    changesToLive = number;
  }

  void live() {
    changesToLive = Integer.MAX_VALUE;
  }

  /** Takes commands, and keeps nothing. */
  void keepNothing() {
    deaf = true;
  }

  /** What a command prints; empty where it changes something. */
  abstract String answer(List<String> command) throws IOException;

  /** Makes a change; false where the command is none of this machine's. */
  abstract boolean change(List<String> command);

  abstract boolean isChange(List<String> command);

  @Override
  public Result run(List<String> command) throws IOException {
    if (!isChange(command)) {
      String answer = answer(command);
      return new Result(0, answer);
    }
    if (changesToLive-- == 0) {
      throw new Killed();
    }
    changes.add(String.join(" ", command));
    boolean known = deaf || change(command);
    return new Result(known ? 0 : 1, known ? "" : "unknown: " + command);
  }

  /** GNOME, by {@code gsettings} 2.74. */
  static final class OfGnome extends RecordedMachine {
    OfGnome(String mode, String url) {
      values.put("mode", mode);
      values.put("autoconfig-url", url);
    }

    @Override
    String answer(List<String> command) {
      return """
      org.gnome.system.proxy autoconfig-url %s
      org.gnome.system.proxy ignore-hosts ['localhost', '127.0.0.0/8', '*.office.example']
      org.gnome.system.proxy mode %s
      org.gnome.system.proxy use-same-proxy true
      org.gnome.system.proxy.http host 'proxy.office.example'
      org.gnome.system.proxy.http port 3128
      org.gnome.system.proxy.https host ''
      org.gnome.system.proxy.https port 0
      """
          .formatted(values.get("autoconfig-url"), values.get("mode"));
    }

    @Override
    boolean isChange(List<String> command) {
      return command.get(1).equals("set");
    }

    @Override
    boolean change(List<String> command) {
      values.put(command.get(3), command.get(4));
      return command.get(2).equals("org.gnome.system.proxy");
    }
  }

  /** KDE, by {@code kreadconfig5} and {@code kwriteconfig5} 5.103. */
  static final class OfKde extends RecordedMachine {
    private int version = 6;

    /** From now on the tools are those of another Plasma. */
    void become(int installed) {
      version = installed;
    }

    @Override
    String answer(List<String> command) throws IOException {
      if (command.getFirst().equals("kreadconfig" + (version == 6 ? 5 : 6))) {
        throw new IOException(command.getFirst() + ": cannot be run on this machine");
      }
      return command.getFirst().equals("dbus-send")
          ? ""
          : values.getOrDefault(command.get(6), command.get(8)) + "\n";
    }

    @Override
    boolean isChange(List<String> command) {
      return command.getFirst().equals("kwriteconfig" + version);
    }

    @Override
    boolean change(List<String> command) {
      if (command.contains("--delete")) {
        values.remove(command.get(6));
      } else {
        values.put(command.get(6), command.get(7));
      }
      return true;
    }
  }

  /** macOS, by {@code networksetup}. */
  static final class OfMacOs extends RecordedMachine {
    final Set<String> disabled = new HashSet<>(Set.of("Bluetooth PAN"));

    OfMacOs() {
      values.put("Wi-Fi", "http://office.example/proxy.pac|Yes");
      values.put("Thunderbolt Bridge", "(null)|No");
    }

    @Override
    String answer(List<String> command) {
      String[] kept = values.getOrDefault(command.getLast(), "|").split("\\|", -1);
      return switch (command.get(1)) {
        case "-listallnetworkservices" ->
            Stream.of("Wi-Fi", "Bluetooth PAN", "Thunderbolt Bridge")
                .map(service -> (disabled.contains(service) ? "*" : "") + service + "\n")
                .collect(
                    Collectors.joining(
                        "", "An asterisk (*) denotes that a network service is disabled.\n", ""));
        case "-getautoproxyurl" -> "URL: " + kept[0] + "\nEnabled: " + kept[1] + "\n";
        case "-getproxybypassdomains" ->
            command.getLast().equals("Wi-Fi")
                ? "*.local\n169.254/16\n"
                : "There aren't any bypass domains set on " + command.getLast() + ".\n";
        default -> "Enabled: No\nServer: \nPort: 0\nAuthenticated Proxy Enabled: 0\n";
      };
    }

    @Override
    boolean isChange(List<String> command) {
      return command.get(1).startsWith("-set");
    }

    @Override
    boolean change(List<String> command) {
      String url = values.getOrDefault(command.get(2), "").split("\\|", -1)[0];
      boolean off = command.get(3).equals("off");
      values.put(
          command.get(2),
          command.get(1).equals("-setautoproxyurl")
              ? command.get(3) + "|Yes"
              : url + (off ? "|No" : "|Yes"));
      return true;
    }
  }

  /** Windows, by {@code reg}. */
  static final class OfWindows extends RecordedMachine {
    @Override
    String answer(List<String> command) {
      StringBuilder printed =
          new StringBuilder(
              "\r\nHKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet"
                  + " Settings\r\n    ProxyEnable    REG_DWORD    0x1\r\n"
                  + "    ProxyServer    REG_SZ    http=a.example:80;https=b.example:3128\r\n"
                  + "    ProxyOverride    REG_SZ    *.office.example;<local>\r\n");
      values.forEach((name, value) ->
          printed
              .append("    ")
              .append(name)
              .append("    REG_SZ    ")
              .append(value)
              .append("\r\n"));
      return printed.toString();
    }

    @Override
    boolean isChange(List<String> command) {
      return command.getFirst().equals("reg") && !command.get(1).equals("query");
    }

    @Override
    boolean change(List<String> command) {
      if (command.get(1).equals("add")) {
        values.put(command.get(4), command.get(8));
        return true;
      }
      return values.remove(command.get(4)) != null;
    }
  }
}
