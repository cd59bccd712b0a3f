package dev.fugitive.proxy.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** {@code fugitive rendezvous} as a process of its own. */
final class RendezvousProcess implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("ws://");

  private final Path directory;
  private final int port;
  private Process process;

  private RendezvousProcess(Path directory, int port, Process process) {
    this.directory = directory;
    this.port = port;
    this.process = process;
  }

  static RendezvousProcess start(Path directory) throws IOException {
    Files.createDirectories(directory);
    int port = NginxOrigin.freePort();
    return new RendezvousProcess(directory, port, launch(directory, port));
  }

  String url() {
    return "ws://127.0.0.1:" + port;
  }

  /** Ends it at once, as {@code kill -9} does. */
  void kill() {
    Program.kill(process);
  }

  void restart() throws IOException {
    process = launch(directory, port);
  }

  @Override
  public void close() {
    Program.end(process, Duration.ofSeconds(10));
  }

  private static Process launch(Path directory, int port) throws IOException {
    Path output = directory.resolve("output.log");
    Files.deleteIfExists(output);
    Process started =
        Program.start(directory, output, List.of("rendezvous", "--listen", "127.0.0.1:" + port));
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .failFast("the rendezvous ended, see " + output, () -> !started.isAlive())
        .until(() -> READY.matcher(Files.readString(output)).find());
    return started;
  }
}
