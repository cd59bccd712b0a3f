package dev.fugitive.proxy.desktop;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes this proxy the system's, and takes that back.
 *
 * <p>The order is what keeps a machine online whatever dies: what is set is read, saved durably,
 * and only then changed; what was saved is forgotten only after it has been restored. Every step
 * can be done again. While the proxy is set and does not run, the PAC file cannot be fetched, or
 * was fetched before and has the direct way in it: either way programs go directly.
 */
public final class SystemProxy {
  private final SavedSettingsFile file;
  private final CommandRunner tools;
  private final Map<String, Desktop> desktops;

  /** The desktops by name are those that saved settings may belong to. */
  SystemProxy(SavedSettingsFile file, CommandRunner tools, Map<String, Desktop> desktops) {
    this.file = file;
    this.tools = tools;
    this.desktops = Map.copyOf(desktops);
  }

  public SystemProxy(SavedSettingsFile file, CommandRunner tools) {
    this(file, tools, Desktops.all());
  }

  /**
   * Sets the PAC file.
   *
   * @param bypass hosts to be asked directly, besides those that the desktop's own list names
   * @return what is saved now
   */
  public SavedSettings on(Desktop desktop, String pacUrl, List<String> bypass) throws IOException {
    return locked(() -> {
      Optional<SavedSettings> saved = file.read();
      if (saved.isPresent() && isStillOn(saved.get(), desktop, pacUrl, bypass)) {
        return saved.get();
      }
      List<SlotChange> absent = saved.isPresent() ? restore(saved.get()) : List.of();
      SavedSettings settings = plan(desktop, desktop.read(tools), pacUrl, bypass).with(absent);
      file.write(settings);
      apply(desktop, settings);
      return settings;
    });
  }

  private boolean isStillOn(
      SavedSettings saved, Desktop desktop, String pacUrl, List<String> bypass) throws IOException {
    boolean asked =
        saved.desktop().equals(desktop.name())
            && saved.pacUrl().equals(pacUrl)
            && saved.bypass().containsAll(bypass);
    return asked && isSet(desktop.read(tools), saved);
  }

  private static boolean isSet(DesktopSettings now, SavedSettings saved) {
    List<ProxySlot> wanted = saved.changes().stream().map(SlotChange::set).toList();
    return wanted.containsAll(now.slots());
  }

  /** A PAC file of ours that nobody saved anything for has nothing before it. */
  private static SavedSettings plan(
      Desktop desktop, DesktopSettings before, String pacUrl, List<String> bypass)
      throws IOException {
    if (before.slots().isEmpty()) {
      throw new IOException(desktop.name() + ": no network service is enabled (expected: one)");
    }
    List<SlotChange> changes = new ArrayList<>();
    for (ProxySlot slot : before.slots()) {
      ProxySlot set = desktop.on(slot, pacUrl);
      changes.add(new SlotChange(slot.equals(set) ? desktop.none(slot) : slot, set));
    }
    Set<String> direct = new LinkedHashSet<>(before.bypass());
    direct.addAll(bypass);
    return new SavedSettings(
        desktop.name(), pacUrl, changes, List.copyOf(direct), before.fixedProxy());
  }

  private void apply(Desktop desktop, SavedSettings settings) throws IOException {
    DesktopSettings now = desktop.read(tools);
    for (SlotChange change : settings.changes()) {
      Optional<ProxySlot> slot = now.slot(change.set().name());
      if (slot.isPresent()) {
        write(desktop, slot.get(), change.set());
      }
    }
    announce(desktop);
    if (!isSet(desktop.read(tools), settings)) {
      restore(settings);
      throw new IOException(
          desktop.name() + ": does not keep what is set (is this session the desktop's own?)");
    }
  }

  /**
   * Restores what was saved, but for what somebody has chosen since. What belongs to a place that
   * is not there now (a network service that is switched off) stays saved for the next time.
   *
   * @return what was restored; empty where nothing is saved
   */
  public Optional<SavedSettings> off() throws IOException {
    return locked(() -> {
      Optional<SavedSettings> saved = file.read();
      if (saved.isPresent()) {
        restore(saved.get());
      }
      return saved;
    });
  }

  /** Switches off a PAC file that is set and that nothing is saved for; says whether it was so. */
  public boolean offUnsaved(Desktop desktop, String pacUrl) throws IOException {
    return locked(() -> {
      boolean found = false;
      for (ProxySlot slot : desktop.read(tools).slots()) {
        if (slot.equals(desktop.on(slot, pacUrl))) {
          write(desktop, slot, desktop.none(slot));
          found = true;
        }
      }
      if (found) {
        announce(desktop);
      }
      return found;
    });
  }

  /** Gives back what it can, and returns what stays saved. */
  private List<SlotChange> restore(SavedSettings saved) throws IOException {
    Desktop desktop = desktopOf(saved);
    DesktopSettings now = desktop.read(tools);
    List<SlotChange> absent = new ArrayList<>();
    for (SlotChange change : saved.changes()) {
      Optional<ProxySlot> slot = now.slot(change.set().name());
      if (slot.isPresent()) {
        write(desktop, slot.get(), change.takenBack(slot.get()));
      } else {
        absent.add(change);
      }
    }
    announce(desktop);
    refuseWhatStayed(desktop, saved);
    if (absent.isEmpty()) {
      file.delete();
    } else {
      file.write(saved.only(absent));
    }
    return absent;
  }

  /** That which was saved for, or its next version where an upgrade came in between. */
  private Desktop desktopOf(SavedSettings saved) throws IOException {
    Desktop desktop = desktops.get(saved.desktop());
    if (desktop == null) {
      throw new IOException(
          "desktop: " + saved.desktop() + " (expected: one of " + desktops.keySet() + ")");
    }
    try {
      desktop.read(tools);
      return desktop;
    } catch (IOException gone) {
      return desktop.otherVersion().orElseThrow(() -> gone);
    }
  }

  private void refuseWhatStayed(Desktop desktop, SavedSettings saved) throws IOException {
    DesktopSettings now = desktop.read(tools);
    for (SlotChange change : saved.changes()) {
      boolean stayed = now.slots().contains(change.set());
      if (stayed && !change.set().equals(change.before())) {
        throw new IOException(
            desktop.name() + ": still set to " + saved.pacUrl() + " (expected: restored)");
      }
    }
  }

  private void write(Desktop desktop, ProxySlot from, ProxySlot to) throws IOException {
    for (List<String> command : desktop.commands(from, to)) {
      tools.output(command);
    }
  }

  /** Programs that are not told read the setting when they start. */
  private void announce(Desktop desktop) {
    for (List<String> command : desktop.announce()) {
      try {
        tools.run(command);
      } catch (IOException notToldNow) {
        return;
      }
    }
  }

  /** What is saved. */
  public Optional<SavedSettings> saved() throws IOException {
    return file.read();
  }

  /** What the desktop has set now. */
  public DesktopSettings now(Desktop desktop) throws IOException {
    return desktop.read(tools);
  }

  private interface Work<T> {
    T run() throws IOException;
  }

  private <T> T locked(Work<T> work) throws IOException {
    FileChannel lock = file.lock();
    try {
      return work.run();
    } finally {
      lock.close();
    }
  }
}
