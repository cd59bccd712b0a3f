package dev.fugitive.proxy.desktop;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs commands as processes, each within ten seconds. */
public final class ProcessRunner implements CommandRunner {
  private static final long LIMIT_SECONDS = 10;
  private static final int MAX_OUTPUT_BYTES = 256 * 1024;

  /** A file takes the output: a daemon that a tool leaves behind may keep a pipe open for ever. */
  @Override
  public Result run(List<String> command) throws IOException {
    Path output = Files.createTempFile("fugitive", ".out");
    try {
      Process process = start(command, output);
      if (!ended(process)) {
        process.destroyForcibly();
        throw new IOException(command.getFirst() + ": not ended after " + LIMIT_SECONDS + " s");
      }
      return new Result(process.exitValue(), read(output));
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private static Process start(List<String> command, Path output) throws IOException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      process.getOutputStream().close();
      return process;
    } catch (IOException missing) {
      throw new IOException(command.getFirst() + ": cannot be run on this machine", missing);
    }
  }

  private static boolean ended(Process process) throws IOException {
    try {
      return process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a command ran");
    }
  }

  private static String read(Path output) throws IOException {
    String encoding = System.getProperty("native.encoding", "UTF-8");
    try (InputStream in = Files.newInputStream(output)) {
      return new String(in.readNBytes(MAX_OUTPUT_BYTES), Charset.forName(encoding));
    }
  }
}
