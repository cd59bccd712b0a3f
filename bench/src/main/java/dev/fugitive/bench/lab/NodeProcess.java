package dev.fugitive.bench.lab;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import okio.ByteString;

/** A {@link LabNode} that runs on a host of the lab, and what it is asked to do. */
public final class NodeProcess implements Closeable {
  /** Options for the nodes' JVMs, to profile them for example. */
  private static final String JVM_OPTIONS = "node.jvm";

  private final String name;
  private final Process process;
  private final PrintStream commands;
  private final AtomicLong lastId = new AtomicLong();
  private final Map<String, CompletableFuture<String>> waiting = new ConcurrentHashMap<>();
  private final CompletableFuture<String> key = new CompletableFuture<>();

  private NodeProcess(String name, Process process) {
    this.name = name;
    this.process = process;
    this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    // a virtual thread that reads a pipe holds its carrier: a few dozen of them hold all
    Thread.ofPlatform().daemon().name("node-" + name).start(this::listen);
  }

  /** How a request goes out. */
  public enum Via {
    /** Through the node: cache, peers, origin. */
    NODE,
    /** A plain OkHttpClient that keeps its connections. */
    PLAIN,
    /** A plain OkHttpClient made for this request alone. */
    COLD
  }

  /**
   * What a node is doing.
   *
   * @param openPeers that it is connected to
   * @param bans that it has pronounced
   * @param uploadedBytes of content that it sent
   */
  public record Status(long openPeers, long bans, long uploadedBytes) {}

  /**
   * Starts a node; {@link #key} waits until it is there.
   *
   * @param more options of the JVM
   */
  static NodeProcess start(
      Ground ground, Host host, NodeOptions options, List<String> more, List<String> facts)
      throws IOException {
    List<String> command = new ArrayList<>(ground.on(host));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(NodeOptions.JVM);
    command.addAll(more);
    for (String option : System.getProperty(JVM_OPTIONS, "").split(" ", -1)) {
      if (!option.isEmpty()) {
        command.add(option);
      }
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(options.lies() ? LyingNode.class.getName() : LabNode.class.getName());
    command.addAll(facts);
    command.addAll(options.words());
    return new NodeProcess(
        host.name(),
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  private void listen() {
    try (BufferedReader says = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = says.readLine(); line != null; line = says.readLine()) {
        if (line.startsWith(LabNode.READY)) {
          key.complete(line.substring(LabNode.READY.length()));
        } else if (line.startsWith(LabNode.GOT)) {
          String[] idAndAnswer = line.substring(LabNode.GOT.length()).split(" ", 2);
          CompletableFuture<String> asked = waiting.remove(idAndAnswer[0]);
          if (asked != null) {
            asked.complete(idAndAnswer[1]);
          }
        }
      }
      fail(new IOException(name + " ended"));
    } catch (IOException e) {
      fail(e);
    }
  }

  private void fail(IOException why) {
    key.completeExceptionally(why);
    waiting.values().forEach(asked -> asked.completeExceptionally(why));
  }

  /** The host's name. */
  public String name() {
    return name;
  }

  /** The node's key, when it is there. */
  public String key() {
    return key.join();
  }

  /** Fetches a URL; completes exceptionally where the node ended meanwhile. */
  public CompletableFuture<Fetched> fetch(Via via, String url) {
    return fetch(via, url, Fetched.NONE);
  }

  /**
   * Fetches a range of a URL.
   *
   * @param range FROM-TO
   */
  public CompletableFuture<Fetched> fetch(Via via, String url, String range) {
    String how = via.name().toLowerCase(java.util.Locale.ROOT);
    return ask("get", how + " " + url + " " + range).thenApply(Fetched::parse);
  }

  /** Waits until the node has so many peers, no longer than that; gives how many it has. */
  public CompletableFuture<Long> awaitPeers(long count, long atMostMillis) {
    return ask("peers", count + " " + atMostMillis).thenApply(Long::parseLong);
  }

  /** Closes its link to a peer, if there is one, so that it may make another. */
  public void part(NodeProcess peer) {
    ask("part", peer.key()).join();
  }

  /** What it is doing. */
  public Status status() {
    String[] words = ask("stat", "").join().split(" ", -1);
    return new Status(Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]));
  }

  /** Lets a liar say that it has a content. */
  public void claim(ByteString root, long lengthBytes) {
    ask("claim", root.hex() + " " + lengthBytes).join();
  }

  private CompletableFuture<String> ask(String command, String arguments) {
    String id = Long.toString(lastId.incrementAndGet());
    CompletableFuture<String> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    synchronized (commands) {
      commands.println(command + " " + id + " " + arguments);
      if (commands.checkError()) {
        answer.completeExceptionally(
            new UncheckedIOException(new IOException(name + " has ended")));
      }
    }
    return answer;
  }

  /** Ends it at once, as a machine that loses its power. */
  public void kill() {
    process.destroyForcibly();
  }

  /** Stops it without a word, or lets it go on. */
  public void freeze(boolean frozen) throws IOException, InterruptedException {
    new ProcessBuilder("kill", frozen ? "-STOP" : "-CONT", Long.toString(process.pid()))
        .start()
        .waitFor();
  }

  /** The CPU time that it has spent. */
  public double cpuSeconds() {
    return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L) / 1e9;
  }

  /** Tells it to end, without waiting. */
  void dismiss() {
    commands.close();
  }

  @Override
  public void close() {
    dismiss();
    Children.awaitEnd(process);
  }
}
