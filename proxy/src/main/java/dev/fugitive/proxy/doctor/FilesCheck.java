package dev.fugitive.proxy.doctor;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.OptionalLong;

/** Whether the process may have as many files and connections open as a proxy needs. */
public final class FilesCheck {
  static final String NAME = "files";
  private static final long ENOUGH = 4096;

  private FilesCheck() {}

  /** Looks at this process's limit, which a proxy started from the same shell has too. */
  public static Finding look() {
    return judge(
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
            ? OptionalLong.of(unix.getMaxFileDescriptorCount())
            : OptionalLong.empty());
  }

  static Finding judge(OptionalLong limit) {
    if (limit.isEmpty()) {
      return Finding.skipped(NAME, "this system tells no limit of open files");
    }
    String words = limit.getAsLong() + " files and connections may be open";
    return limit.getAsLong() >= ENOUGH
        ? Finding.ok(NAME, words)
        : Finding.warning(
            NAME,
            words + " (expected: " + ENOUGH + " or more)",
            "ulimit -n " + ENOUGH + " && fugitive proxy");
  }
}
