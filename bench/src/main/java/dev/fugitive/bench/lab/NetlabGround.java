package dev.fugitive.bench.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Network namespaces on this machine, every packet between them carried by {@code
 * bench/lab/netlab.c}. Needs Linux, root, gcc and iproute2. One thread at a time.
 */
public final class NetlabGround implements Ground {
  private static final long BUILD_SECONDS = 60;
  private static final String READY = "ready ";
  private static final String NAMESPACE = "lab-";

  private final String prefix;
  private final List<Host> hosts;
  private final Process process;
  private final BufferedReader says;
  private final PrintStream commands;

  private NetlabGround(String prefix, List<Host> hosts, Process process) {
    this.prefix = prefix;
    this.hosts = List.copyOf(hosts);
    this.process = process;
    this.says = process.inputReader(StandardCharsets.UTF_8);
    this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
  }

  /**
   * Builds and starts netlab; returns when its hosts are there.
   *
   * @param source the path of {@code netlab.c}
   * @param seed of the losses
   */
  public static NetlabGround start(Path source, Path directory, List<Host> hosts, long seed)
      throws IOException, InterruptedException {
    Path program = build(source, directory);
    // several labs may run on one machine
    String prefix = Long.toString(ProcessHandle.current().pid(), 36);
    Path configuration = directory.resolve("netlab.conf");
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < hosts.size(); i++) {
      lines.append(line(prefix, hosts.get(i), i, hosts.get(i).shape())).append('\n');
    }
    Files.writeString(configuration, lines);
    Process netlab =
        new ProcessBuilder(program.toString(), configuration.toString(), Long.toString(seed))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    NetlabGround ground = new NetlabGround(prefix, hosts, netlab);
    String ready = String.valueOf(ground.says.readLine());
    if (!ready.startsWith(READY)) {
      ground.close();
      throw new IOException("netlab said: " + ready + " (expected: ready; it needs root)");
    }
    return ground;
  }

  private static Path build(Path source, Path directory) throws IOException, InterruptedException {
    Path program = directory.resolve("netlab");
    Process compiler =
        new ProcessBuilder("gcc", "-O2", "-w", "-o", program.toString(), source.toString())
            .inheritIO()
            .start();
    if (!compiler.waitFor(BUILD_SECONDS, TimeUnit.SECONDS) || compiler.exitValue() != 0) {
      throw new IOException(source + " was not built (expected: gcc and its headers)");
    }
    return program;
  }

  private static String line(String prefix, Host host, int number, Shape shape) {
    return prefix + host.name() + " " + addressOf(number) + " " + shape.words();
  }

  private static String addressOf(int number) {
    return "10.77." + (number + 2) / 250 + "." + (2 + number % 250);
  }

  @Override
  public boolean shapesEverything() {
    return true;
  }

  @Override
  public String caveat() {
    return "Each host is a network namespace; every packet between any two of them crosses both"
        + " hosts' rates, queues and delays in netlab, and egress is counted there.";
  }

  @Override
  public List<String> on(Host host) {
    number(host);
    return List.of("ip", "netns", "exec", NAMESPACE + prefix + host.name());
  }

  @Override
  public String address(Host host) {
    return addressOf(number(host));
  }

  @Override
  public int publish(Host host, int port) {
    return port;
  }

  @Override
  public void reshape(Host host, Shape shape) throws IOException {
    commands.println("set " + line(prefix, host, number(host), shape));
    String done = String.valueOf(says.readLine());
    if (!done.equals("set " + prefix + host.name())) {
      throw new IOException("netlab said: " + done + " (expected: set " + host.name() + ")");
    }
  }

  @Override
  public Map<String, Counters> counters() throws IOException {
    commands.println("count");
    Map<String, Counters> counters = new LinkedHashMap<>();
    for (Host host : hosts) {
      String[] words = String.valueOf(says.readLine()).split(" ", -1);
      if (words.length != 11 || !words[0].equals(prefix + host.name())) {
        throw new IOException(
            "netlab said: " + String.join(" ", words) + " (expected: counters of " + host + ")");
      }
      counters.put(
          host.name(),
          new Counters(
              Long.parseLong(words[2]), Long.parseLong(words[4]), Long.parseLong(words[10])));
    }
    return counters;
  }

  private int number(Host host) {
    for (int i = 0; i < hosts.size(); i++) {
      if (hosts.get(i).name().equals(host.name())) {
        return i;
      }
    }
    throw new IllegalArgumentException("host: " + host + " (expected: one of " + hosts + ")");
  }

  @Override
  public void close() {
    // the end of its input ends it, after it has removed its namespaces
    commands.close();
    Children.awaitEnd(process);
  }
}
