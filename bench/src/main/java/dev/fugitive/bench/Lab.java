package dev.fugitive.bench;

import dev.fugitive.bench.lab.Children;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An internet of network namespaces on this machine, carried by {@code bench/lab/netlab.c}: a rate,
 * a drop-tail queue, a delay and a loss for each host. Needs Linux, root, gcc and iproute2.
 */
final class Lab implements AutoCloseable {
  private static final Path SOURCE = Path.of("bench", "lab", "netlab.c");
  private static final String READY = "ready ";
  private static final long BUILD_SECONDS = 60;

  private final Process process;
  private final List<Host> hosts;

  private Lab(Process process, List<Host> hosts) {
    this.process = process;
    this.hosts = List.copyOf(hosts);
  }

  /** One host: its rates both ways, half of a round trip that it is a part of, and its queue. */
  record Host(
      String name, String address, int megabitsPerSecond, double delayMillis, int queueMillis) {
    /** A line of netlab's configuration. */
    String line() {
      return "%s %s %d %d %s 0 0 %d\n"
          .formatted(name, address, megabitsPerSecond, megabitsPerSecond, delayMillis, queueMillis);
    }
  }

  /** Builds and starts netlab; returns when its hosts are there. */
  static Lab start(Path directory, List<Host> hosts) throws IOException, InterruptedException {
    Path program = directory.resolve("netlab");
    Process compiler =
        new ProcessBuilder("gcc", "-O2", "-w", "-o", program.toString(), SOURCE.toString())
            .inheritIO()
            .start();
    if (!compiler.waitFor(BUILD_SECONDS, TimeUnit.SECONDS) || compiler.exitValue() != 0) {
      throw new IOException(
          SOURCE + " was not built (expected: gcc, and to be run in the project's root)");
    }
    Path configuration = directory.resolve("netlab.conf");
    Files.writeString(configuration, String.join("", hosts.stream().map(Host::line).toList()));
    Process netlab =
        new ProcessBuilder(program.toString(), configuration.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Lab lab = new Lab(netlab, hosts);
    String ready = lab.says();
    if (ready == null || !ready.startsWith(READY)) {
      lab.close();
      throw new IOException("netlab said: " + ready + " (expected: ready; it needs root)");
    }
    return lab;
  }

  /** Words that run the command after them on a host. */
  List<String> on(Host host) {
    if (!hosts.contains(host)) {
      throw new IllegalArgumentException("host: " + host + " (expected: one of " + hosts + ")");
    }
    return List.of("ip", "netns", "exec", "lab-" + host.name());
  }

  /** Packets that queues had no room for so far, on all hosts. */
  long droppedPackets() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-USR1", Long.toString(process.pid())).start().waitFor();
    long dropped = 0;
    for (Host host : hosts) {
      String counters = String.valueOf(says());
      if (!counters.startsWith(host.name() + " ")) {
        throw new IOException(
            "netlab said: " + counters + " (expected: counters of " + host.name() + ")");
      }
      dropped += Long.parseLong(counters.substring(counters.lastIndexOf(' ') + 1));
    }
    return dropped;
  }

  private @Nullable String says() throws IOException {
    return process.inputReader(StandardCharsets.UTF_8).readLine();
  }

  @Override
  public void close() {
    // Not Process.destroy: that closes netlab's standard output before it has removed its
    // namespaces.
    var unused = process.toHandle().destroy();
    Children.awaitEnd(process);
  }
}
