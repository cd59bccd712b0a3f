package dev.fugitive.bench.lab;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A curl on a host of the lab, started ahead and let go by {@link #go}, so that many start at one
 * moment.
 */
public final class Curl implements Closeable {
  private final Process process;
  private final Path output;

  private Curl(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /**
   * Starts one that waits.
   *
   * @param output where the body goes
   */
  public static Curl ready(Ground ground, Host host, Path output, String url) throws IOException {
    List<String> command = new ArrayList<>(ground.on(host));
    command.addAll(
        List.of(
            "sh",
            "-c",
            "echo waiting; read go; exec \"$@\"",
            "sh",
            "curl",
            "-s",
            "-k",
            "--noproxy",
            "*",
            "-o",
            output.toString(),
            "-w",
            "%{http_code} %{size_download} %{time_starttransfer} %{time_total}\\n",
            url));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Curl curl = new Curl(process, output);
    curl.line();
    return curl;
  }

  /** Lets it go. Its times begin with its own process, a few milliseconds later. */
  public CompletableFuture<Fetched> go() {
    CompletableFuture<Fetched> done = new CompletableFuture<>();
    try (PrintStream in =
        new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8)) {
      in.println("go");
    }
    Thread.ofPlatform()
        .daemon()
        .name("curl")
        .start(() -> {
          try {
            done.complete(result(line()));
          } catch (IOException | RuntimeException e) {
            done.completeExceptionally(e);
          }
        });
    return done;
  }

  private String line() throws IOException {
    // unbuffered: a second reader comes after the first
    StringBuilder line = new StringBuilder();
    InputStream in = process.getInputStream();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString();
  }

  private Fetched result(String line) {
    String[] words = line.split(" ", -1);
    if (words.length != 4) {
      return Fetched.failed(0, "curl said: " + line);
    }
    long nanos = nanos(words[3]);
    return new Fetched(
        Integer.parseInt(words[0]),
        Long.parseLong(words[1]),
        nanos(words[2]),
        nanos,
        0,
        Fetched.NONE,
        Fetched.NONE,
        Fetched.NONE);
  }

  /** The same with the digest of what was written, which would take CPU time while others run. */
  public Fetched digested(Fetched fetched) throws IOException {
    java.security.MessageDigest digest = Origin.sha256();
    try (OutputStream to = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      Files.copy(output, to);
    }
    Files.delete(output);
    return new Fetched(
        fetched.status(),
        fetched.bytes(),
        fetched.firstNanos(),
        fetched.nanos(),
        fetched.tier1Nanos(),
        HexFormat.of().formatHex(digest.digest()),
        fetched.source(),
        fetched.error());
  }

  private static long nanos(String seconds) {
    return (long) (Double.parseDouble(seconds) * 1e9);
  }

  @Override
  public void close() {
    process.destroy();
    Children.awaitEnd(process);
  }
}
