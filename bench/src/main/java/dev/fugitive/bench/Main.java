package dev.fugitive.bench;

import dev.fugitive.bench.cdn.CdnBench;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code ./fugitive bench NAME [ARGUMENT …]}: runs a benchmark by its name. */
public final class Main {
  /** A benchmark's main method. */
  @FunctionalInterface
  private interface Benchmark {
    void run(String[] arguments) throws Exception;
  }

  private Main() {}

  /** Runs the benchmark that the first argument names; names them all where it names none. */
  public static void main(String[] arguments) throws Exception {
    String name = arguments.length == 0 ? "none" : arguments[0];
    @Nullable Benchmark benchmark = benchmarks().get(name);
    if (benchmark == null) {
      System.err.println(
          "fugitive bench: " + name + " (expected: one of " + benchmarks().keySet() + ")");
      System.exit(2);
      return;
    }
    benchmark.run(Arrays.copyOfRange(arguments, 1, arguments.length));
  }

  private static Map<String, Benchmark> benchmarks() {
    Map<String, Benchmark> byName = new LinkedHashMap<>();
    byName.put("cdn", CdnBench::main);
    byName.put("peer", PeerBench::main);
    byName.put("channel", DataChannelBench::main);
    byName.put("soak", DataChannelSoak::main);
    byName.put("dictionary", DictionaryBench::main);
    byName.put("jmh", org.openjdk.jmh.Main::main);
    return byName;
  }
}
