package dev.fugitive.proxy;

import dev.fugitive.proxy.config.Setting;
import dev.fugitive.proxy.config.SettingsException;
import java.io.IOException;

/** What to say where an address cannot be listened on, and what would do instead. */
final class ListenFailure {
  private ListenFailure() {}

  /**
   * The refusal of a setting.
   *
   * @param failure whose message names the address and the system's reason
   */
  static SettingsException of(Setting setting, IOException failure) {
    return refused(setting.flag() + ": ", failure, "");
  }

  /** The same for the rendezvous that has the port after the proxy's own. */
  static SettingsException ofNextPort(IOException failure) {
    return refused(
        Setting.LISTEN.flag() + ": on the port after the proxy's own ",
        failure,
        "; --rendezvous none needs none");
  }

  private static SettingsException refused(String before, IOException failure, String instead) {
    String reason = String.valueOf(failure.getMessage());
    return new SettingsException(
        before + reason + " (expected: " + expected(reason) + instead + ")");
  }

  private static String expected(String reason) {
    if (reason.contains("in use")) {
      return "a free port; 'fugitive status' says whether a Fugitive runs already";
    }
    if (reason.contains("assign requested address")) {
      return "an address of this machine";
    }
    return reason.contains("Permission denied")
        ? "a port that this user may listen on, such as 8118"
        : "a free port";
  }
}
