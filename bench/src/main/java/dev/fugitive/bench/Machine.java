package dev.fugitive.bench;

import java.lang.management.ManagementFactory;

/** What else the machine is doing while it measures. */
final class Machine {
  private Machine() {}

  /** Load average of the last minute. */
  static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }
}
