package dev.fugitive.proxy.config;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * Where the platform wants things kept.
 *
 * @param cache what may be deleted at any time
 * @param state keys and answers that belong to this machine
 * @param config what the user writes
 */
public record Directories(Path cache, Path state, Path config) {
  private static final String NAME = "fugitive";

  /** The conventions of XDG on Linux and its kin, of macOS and of Windows on theirs. */
  public static Directories of(Map<String, String> environment, String osName, Path home) {
    String system = osName.toLowerCase(Locale.ROOT);
    if (system.startsWith("mac")) {
      Path support = home.resolve("Library/Application Support").resolve(NAME);
      return new Directories(home.resolve("Library/Caches").resolve(NAME), support, support);
    }
    if (system.startsWith("windows")) {
      Path local = base(environment, "LOCALAPPDATA", home.resolve("AppData/Local")).resolve(NAME);
      Path roaming = base(environment, "APPDATA", home.resolve("AppData/Roaming")).resolve(NAME);
      return new Directories(local.resolve("cache"), local.resolve("state"), roaming);
    }
    return new Directories(
        base(environment, "XDG_CACHE_HOME", home.resolve(".cache")).resolve(NAME),
        base(environment, "XDG_STATE_HOME", home.resolve(".local/state")).resolve(NAME),
        base(environment, "XDG_CONFIG_HOME", home.resolve(".config")).resolve(NAME));
  }

  /** The XDG specification: a relative path is to be ignored. */
  private static Path base(Map<String, String> environment, String variable, Path otherwise) {
    String value = environment.getOrDefault(variable, "");
    return value.isEmpty() || !Path.of(value).isAbsolute() ? otherwise : Path.of(value);
  }

  /** The file of this node's key, in its state directory. */
  public static Path identityFile(Path stateDir) {
    return stateDir.resolve("identity");
  }

  /** The account of what was uploaded in each month, in the state directory. */
  public static Path monthAccountFile(Path stateDir) {
    return stateDir.resolve("uploaded-months");
  }

  /** The peers that are kept away, in the state directory. */
  public static Path banFile(Path stateDir) {
    return stateDir.resolve("bans");
  }

  /** The file of the control API's token, in the state directory. */
  public static Path controlTokenFile(Path stateDir) {
    return stateDir.resolve("control-token");
  }

  /** The file of what flowed on each day, in the state directory. */
  public static Path flowDaysFile(Path stateDir) {
    return stateDir.resolve("flow-days");
  }

  /** The directory of this machine's certificate authority, in its state directory. */
  public static Path caDirectory(Path stateDir) {
    return stateDir.resolve("ca");
  }

  /** The list of trusted keys. */
  public Path trustFile() {
    return config.resolve("trust");
  }

  /** The configuration file. */
  public Path configFile() {
    return config.resolve("fugitive.conf");
  }
}
