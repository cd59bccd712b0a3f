package dev.fugitive.bench.cdn;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Where, when and with what figures were taken. */
final class Surroundings {
  private Surroundings() {}

  /** What a report must say, each as {@code name: value}. */
  static List<String> describe(String command, String ground, long seed, Instant now) {
    List<String> facts = new ArrayList<>();
    facts.add("taken: " + now.truncatedTo(ChronoUnit.SECONDS));
    facts.add("commit: " + commit());
    facts.add("command: " + command);
    facts.add("seed: " + seed);
    facts.add(
        "machine: %d cores, %s, %s"
            .formatted(Runtime.getRuntime().availableProcessors(), processor(), memory()));
    facts.add("system: " + System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.add("java: " + Runtime.version());
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    facts.add(String.format(Locale.ROOT, "load at the start: %.2f", load));
    facts.add("lab: " + ground);
    return facts;
  }

  private static String commit() {
    String head = line("git", "rev-parse", "--short=12", "HEAD");
    if (head.isEmpty()) {
      return "unknown";
    }
    boolean changed = !line("git", "status", "--porcelain", "--untracked-files=no").isEmpty();
    return head + (changed ? " with changes" : "");
  }

  private static String line(String... command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String all =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return all.lines().findFirst().orElse("");
    } catch (IOException absent) {
      return "";
    }
  }

  private static String processor() {
    return field(Path.of("/proc/cpuinfo"), "model name").orElse("processor unknown");
  }

  private static String memory() {
    return field(Path.of("/proc/meminfo"), "MemTotal")
        .map(text -> Long.parseLong(text.replaceAll("[^0-9]", "")) / (1 << 20) + " GiB")
        .orElse("memory unknown");
  }

  private static java.util.Optional<String> field(Path file, String name) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    } catch (IOException absent) {
      return java.util.Optional.empty();
    }
  }
}
