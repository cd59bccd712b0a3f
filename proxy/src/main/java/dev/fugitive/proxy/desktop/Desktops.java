package dev.fugitive.proxy.desktop;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which desktop this is. */
public final class Desktops {
  /** Those whose programs follow GNOME's proxy setting, as XDG_CURRENT_DESKTOP names them. */
  private static final Set<String> LIKE_GNOME =
      Set.of(
          "gnome",
          "unity",
          "cinnamon",
          "x-cinnamon",
          "pantheon",
          "budgie",
          "deepin",
          "ukui",
          "mate");

  private Desktops() {}

  /** The desktop that a process with this environment runs on; empty on a server. */
  public static Optional<Desktop> detect(Map<String, String> environment, String osName) {
    String system = osName.toLowerCase(Locale.ROOT);
    if (system.startsWith("mac")) {
      return Optional.of(new MacOs());
    }
    if (system.startsWith("windows")) {
      return Optional.of(new Windows());
    }
    List<String> current =
        Arrays.asList(
            environment
                .getOrDefault("XDG_CURRENT_DESKTOP", "")
                .toLowerCase(Locale.ROOT)
                .split(":", -1));
    if (current.contains("kde")) {
      boolean six = environment.getOrDefault("KDE_SESSION_VERSION", "").equals("6");
      return Optional.of(new Kde(six ? 6 : 5));
    }
    return current.stream().anyMatch(LIKE_GNOME::contains)
        ? Optional.of(new Gnome())
        : Optional.empty();
  }

  /** Every desktop, by the name that {@code --desktop} takes. */
  public static Map<String, Desktop> all() {
    return Stream.of(new Gnome(), new Kde(5), new Kde(6), new MacOs(), new Windows())
        .collect(Collectors.toUnmodifiableMap(Desktop::name, Function.identity()));
  }
}
