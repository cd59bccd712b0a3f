package dev.fugitive.bench;

import dev.fugitive.bench.lab.Children;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A {@link BenchNode} that runs as a child of this process. */
final class NodeProcess implements AutoCloseable {
  /** Options for the nodes' JVMs, to profile them for example. */
  private static final String JVM_OPTIONS = "node.jvm";

  private final Process process;
  private final BufferedReader says;
  private final PrintStream commands;
  private final String key;

  private NodeProcess(Process process) throws IOException {
    this.process = process;
    this.says = process.inputReader(StandardCharsets.UTF_8);
    this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    this.key = next(BenchNode.NODE);
  }

  /**
   * Starts a node with what {@link BenchNode} takes.
   *
   * @param prefix words before the command, to run it elsewhere
   */
  static NodeProcess start(List<String> prefix, Path directory, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    for (String option : System.getProperty(JVM_OPTIONS, "").split(" ", -1)) {
      if (!option.isEmpty()) {
        command.add(option);
      }
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(BenchNode.class.getName());
    command.add(directory.toString());
    command.addAll(List.of(arguments));
    return new NodeProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** The node's key, as others are told to trust it. */
  String key() {
    return key;
  }

  /** Waits until the node has so many peers. */
  void awaitPeers(int count) throws IOException {
    tell(BenchNode.PEERS + count);
    next(BenchNode.PEERS);
  }

  FetchTimes fetch(String url) throws IOException {
    tell(BenchNode.FETCH + url);
    return FetchTimes.parse(next(BenchNode.FETCHED));
  }

  /** CPU time that the node has taken so far. */
  Duration cpuTime() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private void tell(String command) {
    commands.println(command);
  }

  private String next(String prefix) throws IOException {
    String line = says.readLine();
    while (line != null && !line.startsWith(prefix)) {
      line = says.readLine();
    }
    if (line == null) {
      throw new IOException("the node ended (expected: a line with " + prefix + ")");
    }
    return line.substring(prefix.length());
  }

  @Override
  public void close() {
    commands.close();
    Children.awaitEnd(process);
  }
}
