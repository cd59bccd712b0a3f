package dev.fugitive.proxy.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.awaitility.Awaitility;

/** One {@code fugitive proxy} as a process of its own, with a directory of its own. */
final class NodeProcess implements AutoCloseable {
  private static final Pattern PROXY = Pattern.compile("http://127\\.0\\.0\\.1:(\\d+)");

  private final Path directory;
  private final Process process;
  private final int port;

  private NodeProcess(Path directory, Process process, int port) {
    this.directory = directory;
    this.process = process;
    this.port = port;
  }

  /** Starts a node and waits until it says that it is ready. */
  static NodeProcess start(Path directory, List<String> options) throws IOException {
    return start(directory, options, List.of(), Map.of());
  }

  static NodeProcess start(
      Path directory,
      List<String> options,
      List<String> jvmOptions,
      Map<String, String> environment)
      throws IOException {
    Files.createDirectories(directory);
    List<String> arguments = new ArrayList<>(List.of("proxy", "--listen", "127.0.0.1:0"));
    arguments.addAll(List.of("--cache-dir", directory.resolve("cache").toString()));
    arguments.addAll(List.of("--cache-size", "1g", "--memory-size", "64m"));
    arguments.addAll(options);
    Path output = directory.resolve("output.log");
    Process process = Program.start(directory, output, arguments, jvmOptions, environment);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .failFast("the node ended, see " + output, () -> !process.isAlive())
        .until(() -> PROXY.matcher(Files.readString(output)).find());
    Matcher ready = PROXY.matcher(Files.readString(output));
    assertThat(ready.find()).isTrue();
    return new NodeProcess(directory, process, Integer.parseInt(ready.group(1)));
  }

  /** This node's public key as {@code --trust} takes it; made on first use. */
  static String key(Path directory) throws IOException, InterruptedException {
    return Program.said(directory, "key").strip();
  }

  /** What a command of this node's user prints that speaks to this node. */
  String said(String... words) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--proxy", "127.0.0.1:" + port));
    return Program.said(directory, all.toArray(String[]::new));
  }

  /** Tells the control API something, as who has the token does. */
  void tell(String path, String json) throws IOException {
    Path file = directory.resolve("state/fugitive/control-token");
    String token = Files.readAllLines(file).getLast();
    Request request =
        new Request.Builder()
            .url("http://127.0.0.1:" + port + "/api/v1/" + path)
            .header("Authorization", "Bearer " + token)
            .post(RequestBody.create(json, MediaType.get("application/json")))
            .build();
    try (Response response = new OkHttpClient().newCall(request).execute()) {
      assertThat(response.code()).as(response.body().string()).isEqualTo(200);
    }
  }

  /** A plain HTTP client that goes through this node. */
  OkHttpClient client() {
    return new OkHttpClient.Builder()
        .proxy(
            new Proxy(
                Proxy.Type.HTTP, new InetSocketAddress(InetAddress.getLoopbackAddress(), port)))
        .readTimeout(Duration.ofSeconds(60))
        .build();
  }

  /** The node's own page or status. */
  String control(String path) throws IOException {
    OkHttpClient direct = new OkHttpClient();
    Request request = new Request.Builder().url("http://127.0.0.1:" + port + path).build();
    try (Response response = direct.newCall(request).execute()) {
      return response.body().string();
    }
  }

  /** The rendezvous that runs in this node's process. */
  String rendezvous() throws IOException {
    Matcher url = Pattern.compile("ws://[0-9.]+:\\d+").matcher(Files.readString(output()));
    assertThat(url.find()).as("a rendezvous in the ready line").isTrue();
    return url.group();
  }

  /** What the program printed. */
  Path output() {
    return directory.resolve("output.log");
  }

  int port() {
    return port;
  }

  Path directory() {
    return directory;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Ends the process at once, as {@code kill -9} does. */
  void kill() {
    Program.kill(process);
  }

  /** Waits until so many peers are connected and have told what they hold. */
  void awaitPeers(int count) {
    Pattern known = Pattern.compile("\"peers-with-known-holdings\":(\\d+)");
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> {
          Matcher found = known.matcher(control("/status"));
          return found.find() && Integer.parseInt(found.group(1)) >= count;
        });
  }

  /** Ends the process as Ctrl-C does, and waits for a clean end. */
  @Override
  public void close() {
    Program.end(process, Duration.ofSeconds(15));
  }
}
