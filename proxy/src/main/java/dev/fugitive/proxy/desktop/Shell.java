package dev.fugitive.proxy.desktop;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A family of shells: how it is told to set a variable for the programs that it starts. */
public enum Shell {
  /** The Bourne shell and its kin. */
  SH {
    @Override
    String export(String name, String value) {
      return "export " + name + "='" + value.replace("'", "'\\''") + "'";
    }

    @Override
    String unset(String name) {
      return "unset " + name;
    }
  },
  /** fish. */
  FISH {
    @Override
    String export(String name, String value) {
      return "set -gx " + name + " '" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    @Override
    String unset(String name) {
      return "set -e " + name;
    }
  };

  abstract String export(String name, String value);

  abstract String unset(String name);

  /** The shell that {@code SHELL} names. */
  public static Shell of(Map<String, String> environment) {
    return environment.getOrDefault("SHELL", "").endsWith("fish") ? FISH : SH;
  }

  /** The shell of this name. */
  public static Optional<Shell> named(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "sh" -> Optional.of(SH);
      case "fish" -> Optional.of(FISH);
      default -> Optional.empty();
    };
  }
}
