package dev.fugitive.proxy.desktop;

import java.util.List;
import java.util.Optional;

/**
 * What a desktop has set at one moment.
 *
 * @param slots every place that names a PAC file
 * @param bypass hosts to be asked directly, as the user wrote them
 * @param fixedProxy the {@code host:port} that is in use without a PAC file
 */
public record DesktopSettings(
    List<ProxySlot> slots, List<String> bypass, Optional<String> fixedProxy) {
  public DesktopSettings {
    slots = List.copyOf(slots);
    bypass = List.copyOf(bypass);
  }

  Optional<ProxySlot> slot(String name) {
    return slots.stream().filter(slot -> slot.name().equals(name)).findFirst();
  }
}
