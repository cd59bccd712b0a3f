package dev.fugitive.proxy.cli;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the program tells the shell when it ends. */
public final class ExitStatus {
  public static final int OK = 0;

  /** The work itself failed: no connection, an answer of 400 and above, something found wrong. */
  public static final int FAILED = 1;

  /** The command line, the configuration or the machine does not allow it. */
  public static final int USAGE = 2;

  /** What came has another digest than was asked for. */
  public static final int INTEGRITY = 3;

  /** Each with its meaning, for those who write scripts. */
  static final Map<String, String> MEANINGS =
      meanings(
          "0", "done",
          "1", "it failed: no connection, an answer of 400 and above, something found wrong",
          "2", "the command line, the configuration or the machine does not allow it",
          "3", "what came has another digest than was asked for");

  private static Map<String, String> meanings(String... pairs) {
    Map<String, String> meanings = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      meanings.put(pairs[i], pairs[i + 1]);
    }
    return Collections.unmodifiableMap(meanings);
  }

  private ExitStatus() {}
}
