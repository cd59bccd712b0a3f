package dev.fugitive.client.transfer;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Runs crowds of any size on a virtual clock and prints a line of each: {@code ./fugitive bench
 * simulate [--nodes N,N…] [--scenario NAME,NAME…] [--seed N] [--degree N] [--chunks N] [--origin
 * MEGABITS] [--policy offload|latency] [--runs N]}. Of several runs with one seed the traces must
 * be the same.
 */
final class Simulate {
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "nodes", "16,128,500",
          "scenario", "flash,late,churn,power,liars,stuck,ghosts",
          "seed", "1",
          "degree", "8",
          "chunks", "512",
          "origin", "10",
          "policy", "offload",
          "runs", "1");

  private Simulate() {}

  public static void main(String[] args) {
    Map<String, String> options = options(args);
    System.out.printf(
        "%-8s %6s %8s %7s %8s %8s %8s %8s %8s %7s %8s %10s %7s %6s  %s%n",
        "scenario",
        "nodes",
        "readers",
        "failed",
        "median s",
        "last s",
        "bound s",
        "copies",
        "forged",
        "waste %",
        "told KB",
        "steps",
        "real s",
        "MB",
        "trace");
    for (String name : value(options, "scenario").split(",", -1)) {
      for (String nodes : value(options, "nodes").split(",", -1)) {
        simulate(CrowdScenario.valueOf(name.toUpperCase(Locale.ROOT)), number(nodes), options);
      }
    }
  }

  private static Map<String, String> options(String[] args) {
    Map<String, String> options = new HashMap<>(DEFAULTS);
    for (int i = 0; i < args.length; i += 2) {
      String name = args[i].startsWith("--") ? args[i].substring(2) : args[i];
      if (!DEFAULTS.containsKey(name) || i + 1 == args.length) {
        System.err.printf(
            "simulate: %s (expected: --nodes, --scenario, --seed, --degree, --chunks, --origin,"
                + " --policy or --runs, and a value)%n",
            args[i]);
        System.exit(2);
      }
      options.put(name, args[i + 1]);
    }
    return options;
  }

  private static String value(Map<String, String> options, String name) {
    return Objects.requireNonNull(options.get(name), name);
  }

  private static int number(String text) {
    return Integer.parseInt(text.trim());
  }

  private static void simulate(CrowdScenario scenario, int nodes, Map<String, String> options) {
    long trace = 0;
    for (int run = 0; run < number(value(options, "runs")); run++) {
      long began = System.nanoTime();
      CrowdSimulation crowd =
          scenario
              .crowd(
                  nodes,
                  number(value(options, "degree")),
                  number(value(options, "chunks")),
                  Double.parseDouble(value(options, "origin")),
                  Long.parseLong(value(options, "seed")))
              .policy(FetchPolicy.valueOf(value(options, "policy").toUpperCase(Locale.ROOT)))
              .run();
      print(scenario, crowd, (System.nanoTime() - began) / 1e9);
      if (run > 0 && crowd.trace() != trace) {
        throw new AssertionError("trace: %016x (expected: %016x)".formatted(crowd.trace(), trace));
      }
      trace = crowd.trace();
    }
  }

  private static void print(CrowdScenario scenario, CrowdSimulation crowd, double realSeconds) {
    List<CrowdNode> readers = crowd.nodes().stream().filter(CrowdNode::isReader).toList();
    long[] nanos =
        readers.stream()
            .mapToLong(node -> node.endedNanos() - node.startsNanos())
            .sorted()
            .toArray();
    long bytes = (long) readers.size() * crowd.content().id().length();
    Runtime runtime = Runtime.getRuntime();
    System.out.printf(
        Locale.ROOT,
        "%-8s %6d %8d %7d %8.1f %8.1f %8.1f %8.2f %8d %7.2f %8.1f %10d %7.1f %6d  %016x%n",
        scenario.name().toLowerCase(Locale.ROOT),
        crowd.nodes().size(),
        readers.size(),
        readers.stream().filter(CrowdNode::hasFailed).count(),
        nanos[nanos.length / 2] / 1e9,
        crowd.lastSeconds(),
        crowd.boundSeconds(),
        crowd.originCopies(),
        readers.stream().mapToLong(CrowdNode::forgedChunks).sum(),
        100.0 * readers.stream().mapToLong(CrowdNode::wastedBytes).sum() / bytes,
        readers.stream().mapToLong(CrowdNode::toldBytes).sum() / 1e3 / readers.size(),
        crowd.steps(),
        realSeconds,
        (runtime.totalMemory() - runtime.freeMemory()) >> 20,
        crowd.trace());
  }
}
