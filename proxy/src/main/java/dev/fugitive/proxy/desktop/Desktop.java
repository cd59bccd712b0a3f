package dev.fugitive.proxy.desktop;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** A family of desktops: how its proxy setting is read and written with its own tools. */
public sealed interface Desktop permits Gnome, Kde, MacOs, Windows {
  /** The name that {@code --desktop} takes. */
  String name();

  /** Reads what is set now. */
  DesktopSettings read(CommandRunner tools) throws IOException;

  /** A place as it is when this PAC file counts. */
  ProxySlot on(ProxySlot slot, String pacUrl);

  /** A place as it is when no PAC file counts. */
  ProxySlot none(ProxySlot slot);

  /** The command that writes a place's URL; empty where the tools cannot write it. */
  Optional<List<String>> writePacUrl(ProxySlot to);

  /** The command that writes a place's switch; empty where there is none. */
  Optional<List<String>> writeMode(ProxySlot to);

  /** Commands that tell running programs; none of them need succeed. */
  List<List<String>> announce();

  /** The same settings behind the tools of another version. */
  default Optional<Desktop> otherVersion() {
    return Optional.empty();
  }

  /** A PAC URL as people write it. */
  default Optional<String> plainPacUrl(ProxySlot slot) {
    return slot.pacUrl().filter(url -> !url.isEmpty());
  }

  /**
   * The commands that make a place what it is to be.
   *
   * <p>The URL comes before the switch where a PAC file is switched on, and after it where one is
   * switched off, so that a machine whose power fails in between never waits for a PAC file that
   * nobody named.
   */
  default List<List<String>> commands(ProxySlot from, ProxySlot to) {
    List<List<String>> commands = new ArrayList<>();
    if (!from.pacUrl().equals(to.pacUrl())) {
      writePacUrl(to).ifPresent(commands::add);
    }
    if (!from.mode().equals(to.mode())) {
      writeMode(to).ifPresent(commands::add);
    }
    if (!to.mode().equals(on(to, "").mode())) {
      Collections.reverse(commands);
    }
    return commands;
  }
}
