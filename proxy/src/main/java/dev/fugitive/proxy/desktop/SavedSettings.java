package dev.fugitive.proxy.desktop;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * What was set before this proxy became the system's, and what was set in its place.
 *
 * @param desktop the desktop's name
 * @param pacUrl the PAC file's URL that was set
 * @param bypass hosts that the user wants asked directly
 * @param behind the {@code host:port} of the proxy that was in use before, if there was one
 */
public record SavedSettings(
    String desktop,
    String pacUrl,
    List<SlotChange> changes,
    List<String> bypass,
    Optional<String> behind) {
  private static final String FORMAT = "1";

  public SavedSettings {
    changes = List.copyOf(changes);
    bypass = List.copyOf(bypass);
  }

  /** This, and these changes of before. */
  SavedSettings with(List<SlotChange> more) {
    List<SlotChange> all = new ArrayList<>(changes);
    all.addAll(more);
    return only(all);
  }

  /** This with these changes instead of its own. */
  SavedSettings only(List<SlotChange> chosen) {
    return new SavedSettings(desktop, pacUrl, chosen, bypass, behind);
  }

  Properties toProperties() {
    Properties all = new Properties();
    all.setProperty("format", FORMAT);
    all.setProperty("desktop", desktop);
    all.setProperty("pac", pacUrl);
    all.setProperty("bypass", String.join(" ", bypass));
    behind.ifPresent(proxy -> all.setProperty("behind", proxy));
    for (int i = 0; i < changes.size(); i++) {
      SlotChange change = changes.get(i);
      String prefix = "slot." + i + ".";
      all.setProperty(prefix + "name", change.before().name());
      put(all, prefix + "before.", change.before());
      put(all, prefix + "set.", change.set());
    }
    return all;
  }

  private static void put(Properties all, String prefix, ProxySlot slot) {
    slot.pacUrl().ifPresent(url -> all.setProperty(prefix + "url", url));
    slot.mode().ifPresent(mode -> all.setProperty(prefix + "mode", mode));
  }

  /** Empty where the properties are not of this format. */
  static Optional<SavedSettings> of(Properties all) {
    String desktop = all.getProperty("desktop");
    String pacUrl = all.getProperty("pac");
    if (!FORMAT.equals(all.getProperty("format")) || desktop == null || pacUrl == null) {
      return Optional.empty();
    }
    List<SlotChange> changes = new ArrayList<>();
    for (int i = 0; all.containsKey("slot." + i + ".name"); i++) {
      String prefix = "slot." + i + ".";
      String name = all.getProperty(prefix + "name", "");
      changes.add(
          new SlotChange(slot(all, name, prefix + "before."), slot(all, name, prefix + "set.")));
    }
    String bypass = all.getProperty("bypass", "");
    return Optional.of(
        new SavedSettings(
            desktop,
            pacUrl,
            changes,
            bypass.isEmpty() ? List.of() : List.of(bypass.split(" ", -1)),
            Optional.ofNullable(all.getProperty("behind"))));
  }

  private static ProxySlot slot(Properties all, String name, String prefix) {
    return new ProxySlot(
        name,
        Optional.ofNullable(all.getProperty(prefix + "url")),
        Optional.ofNullable(all.getProperty(prefix + "mode")));
  }
}
