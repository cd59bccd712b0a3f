package dev.fugitive.client.limits;

import dev.fugitive.client.limits.MachineState.Power;
import java.util.Collection;

/**
 * One power source of a machine, as far as it tells what the machine lives on.
 *
 * @param onLine whether the mains are there
 * @param discharging whether it is being used up
 * @param measured whether it says how much it holds, as a machine's own battery does, and that of a
 *     mouse does not
 */
record PowerSupply(boolean onLine, boolean discharging, boolean measured) {
  /** What a machine with these lives on; without any it is plugged in. */
  static Power of(Collection<PowerSupply> supplies) {
    boolean plugged = supplies.stream().anyMatch(PowerSupply::onLine);
    boolean draining = supplies.stream().anyMatch(supply -> supply.discharging && supply.measured);
    return draining && !plugged ? Power.BATTERY : Power.MAINS;
  }
}
