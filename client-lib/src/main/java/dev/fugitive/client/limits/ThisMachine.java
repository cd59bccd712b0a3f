package dev.fugitive.client.limits;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import oshi.SystemInfo;

/** What the machine that this runs on is made of, and the reader of its state. */
public final class ThisMachine {
  private static final Logger LOG = LoggerFactory.getLogger(ThisMachine.class);
  private static final Path LINUX_POWER = Path.of("/sys/class/power_supply");
  private static final long UNKNOWN_MEMORY_BYTES = 4L << 30;

  private ThisMachine() {}

  /** A reader for this operating system. */
  public static MachineReader reader() {
    return new OshiMachine(new SystemCommands(), System.getProperty("os.name", ""));
  }

  /** What it is made of; what cannot be found out is that of a usual one. */
  public static Hardware hardware() {
    boolean known =
        ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean;
    long memoryBytes =
        known
            ? ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getTotalMemorySize()
            : UNKNOWN_MEMORY_BYTES;
    return new Hardware(memoryBytes, Runtime.getRuntime().availableProcessors(), hasBattery());
  }

  /** On Linux without OSHI, whose native code takes a third of a second to load. */
  private static boolean hasBattery() {
    try {
      return Files.isDirectory(LINUX_POWER)
          ? hasSystemBattery(LINUX_POWER)
          : !new SystemInfo().getHardware().getPowerSources().isEmpty();
    } catch (IOException | RuntimeException | LinkageError unknown) {
      LOG.debug("whether there is a battery is not known: {}", unknown.toString());
      return false;
    }
  }

  /** A mouse's battery has the scope of a device. */
  static boolean hasSystemBattery(Path powerSupplies) throws IOException {
    try (DirectoryStream<Path> supplies = Files.newDirectoryStream(powerSupplies)) {
      for (Path supply : supplies) {
        boolean isBattery = isLine(supply.resolve("type"), "Battery");
        if (isBattery && !isLine(supply.resolve("scope"), "Device")) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isLine(Path file, String expected) throws IOException {
    return Files.exists(file) && Files.readString(file).strip().equals(expected);
  }
}
