package dev.fugitive.bench;

import dev.fugitive.bench.lab.Children;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** An nginx that serves files of random bytes out of a directory, in the foreground of a child. */
final class NginxOrigin implements AutoCloseable {
  private static final int BLOCK_BYTES = 1024 * 1024;

  private final Path directory;
  private final String authority;
  private final Process process;

  private NginxOrigin(Path directory, String authority, Process process) {
    this.directory = directory;
    this.authority = authority;
    this.process = process;
  }

  /**
   * Starts one.
   *
   * @param authority what it listens on, {@code HOST:PORT}
   * @param prefix words before the command, to run it elsewhere
   */
  static NginxOrigin start(Path directory, String authority, List<String> prefix)
      throws IOException {
    Files.createDirectories(directory.resolve("files"));
    Path configuration = directory.resolve("nginx.conf");
    Files.writeString(
        configuration,
        """
        daemon off;
        worker_processes 1;
        user root;
        pid %1$s/nginx.pid;
        error_log %1$s/error.log;
        events {}
        http {
          access_log off;
          sendfile on;
          server {
            listen %2$s;
            root %1$s/files;
            add_header Cache-Control max-age=86400;
          }
        }
        """
            .formatted(directory, authority));
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of("nginx", "-e", directory + "/error.log", "-c", configuration.toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    return new NginxOrigin(directory, authority, process);
  }

  String authority() {
    return authority;
  }

  /** Makes a file of random bytes, others for each name, and returns its URL. */
  String serve(String name, long lengthBytes) throws IOException {
    Random random = new Random(name.hashCode());
    byte[] block = new byte[BLOCK_BYTES];
    try (OutputStream file = Files.newOutputStream(directory.resolve("files").resolve(name))) {
      for (long left = lengthBytes; left > 0; left -= block.length) {
        random.nextBytes(block);
        file.write(block, 0, (int) Math.min(left, block.length));
      }
    }
    return "http://" + authority + "/" + name;
  }

  @Override
  public void close() {
    process.destroy();
    Children.awaitEnd(process);
  }
}
