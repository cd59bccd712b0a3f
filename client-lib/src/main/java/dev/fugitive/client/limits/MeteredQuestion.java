package dev.fugitive.client.limits;

import dev.fugitive.client.limits.MachineState.Cost;
import java.util.List;
import java.util.Locale;

/**
 * A command of the operating system that says whether the connection is metered, and how its answer
 * is read.
 */
enum MeteredQuestion {
  /** NetworkManager's own word, over D-Bus: {@code u 4}. */
  BUSCTL(
      List.of(
          "busctl",
          "--system",
          "get-property",
          "org.freedesktop.NetworkManager",
          "/org/freedesktop/NetworkManager",
          "org.freedesktop.NetworkManager",
          "Metered")) {
    @Override
    Cost read(String answer) {
      return switch (answer.strip()) {
        // NM_METERED_YES, NM_METERED_GUESS_YES
        case "u 1", "u 3" -> Cost.METERED;
        // NM_METERED_NO, NM_METERED_GUESS_NO
        case "u 2", "u 4" -> Cost.UNMETERED;
        default -> Cost.UNKNOWN;
      };
    }
  },

  /** The same for each device, where there is no busctl: {@code yes (guessed)}, {@code no}. */
  NMCLI(List.of("nmcli", "--get-values", "GENERAL.STATE,GENERAL.METERED", "device", "show")) {
    @Override
    Cost read(String answer) {
      Cost cost = Cost.UNKNOWN;
      boolean connected = false;
      for (String line : answer.lines().map(String::strip).toList()) {
        if (line.matches("\\d+ \\(.*")) {
          connected = line.startsWith("100 ");
        } else if (connected && line.startsWith("yes")) {
          return Cost.METERED;
        } else if (connected && line.startsWith("no")) {
          cost = Cost.UNMETERED;
        }
      }
      return cost;
    }
  },

  /** What the connection that Windows uses for the Internet costs: {@code Unrestricted}. */
  POWERSHELL(
      List.of(
          "powershell.exe",
          "-NoProfile",
          "-NonInteractive",
          "-Command",
          "[Windows.Networking.Connectivity.NetworkInformation,"
              + "Windows.Networking.Connectivity,ContentType=WindowsRuntime]"
              + "::GetInternetConnectionProfile().GetConnectionCost().NetworkCostType")) {
    @Override
    Cost read(String answer) {
      return switch (answer.strip()) {
        case "Fixed", "Variable" -> Cost.METERED;
        case "Unrestricted" -> Cost.UNMETERED;
        default -> Cost.UNKNOWN;
      };
    }
  },

  /** The DHCP answer of the primary interface, in which Android's hotspot says what it is. */
  IPCONFIG(List.of("ipconfig", "getpacket", "en0")) {
    @Override
    Cost read(String answer) {
      return answer.contains("ANDROID_METERED") ? Cost.METERED : Cost.UNKNOWN;
    }
  };

  /** A copy that nobody changes. */
  @SuppressWarnings("ImmutableEnumChecker")
  private final List<String> command;

  MeteredQuestion(List<String> command) {
    this.command = command;
  }

  /** What is run. */
  List<String> command() {
    return command;
  }

  /** What its answer means. */
  abstract Cost read(String answer);

  /** Those that may know, on an operating system, the best first. */
  static List<MeteredQuestion> on(String osName) {
    String system = osName.toLowerCase(Locale.ROOT);
    if (system.startsWith("windows")) {
      return List.of(POWERSHELL);
    }
    return system.startsWith("mac") ? List.of(IPCONFIG) : List.of(BUSCTL, NMCLI);
  }
}
