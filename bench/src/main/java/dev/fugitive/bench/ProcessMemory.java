package dev.fugitive.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What this process holds, after a full collection.
 *
 * @param residentBytes of the whole process
 * @param heapBytes of living objects
 * @param threads of the process, native ones included
 * @param instances living objects of the classes that were asked for, by short name
 */
record ProcessMemory(
    long residentBytes, long heapBytes, long threads, Map<String, Long> instances) {
  private static final String STATUS = "/proc/self/status";

  static ProcessMemory now(String... classNames) throws IOException, JMException {
    Map<String, Long> instances = new TreeMap<>();
    String histogram = histogram();
    for (String name : classNames) {
      instances.put(name.substring(name.lastIndexOf('.') + 1), count(histogram, name));
    }
    long heapBytes = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return new ProcessMemory(readResidentBytes(), heapBytes, countThreads(), instances);
  }

  String toJson(String label, long done) {
    StringBuilder json =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "{\"step\":\"%s\",\"done\":%d,\"residentMiB\":%.1f,\"heapMiB\":%.1f,\"threads\":%d",
                label,
                done,
                residentBytes / 1048576.0,
                heapBytes / 1048576.0,
                threads));
    instances.forEach(
        (name, count) -> json.append(String.format(Locale.ROOT, ",\"%s\":%d", name, count)));
    return json.append('}').toString();
  }

  private static String histogram() throws JMException {
    return (String)
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "gcClassHistogram",
                new Object[] {new String[0]},
                new String[] {String[].class.getName()});
  }

  private static long count(String histogram, String className) {
    return histogram
        .lines()
        .map(line -> line.strip().split("\\s+"))
        .filter(row -> row.length >= 4 && row[3].equals(className))
        .mapToLong(row -> Long.parseLong(row[1]))
        .sum();
  }

  private static long readResidentBytes() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of(STATUS))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static long countThreads() throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      return tasks.count();
    }
  }
}
