package dev.fugitive.bench.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much CPU time this machine has spent, all processes and the kernel together.
 *
 * @param busy in the kernel's ticks
 * @param all with what was idle
 */
public record CpuMeter(long busy, long all) {
  private static final Path STAT = Path.of("/proc/stat");
  private static final int IDLE = 4;
  private static final int WAITING = 5;
  private static final int STEAL = 8;

  /** Now; nothing where the system does not tell. */
  public static CpuMeter now() throws IOException {
    if (!Files.isReadable(STAT)) {
      return new CpuMeter(0, 0);
    }
    String[] words = Files.readAllLines(STAT).getFirst().split("\\s+", -1);
    long all = 0;
    for (int i = 1; i <= STEAL && i < words.length; i++) {
      all += Long.parseLong(words[i]);
    }
    long idle = Long.parseLong(words[IDLE]) + Long.parseLong(words[WAITING]);
    return new CpuMeter(all - idle, all);
  }

  /** The share of all cores that was busy since; 0 where the system does not tell. */
  public double shareSince(CpuMeter before) {
    long passed = all - before.all;
    return passed == 0 ? 0 : (busy - before.busy) / (double) passed;
  }
}
