package dev.fugitive.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.fugitive.client.transport.Link;
import dev.fugitive.client.transport.LinkListener;
import dev.fugitive.client.transport.Signal;
import dev.fugitive.client.transport.webrtc.WebRtcSettings;
import dev.fugitive.client.transport.webrtc.WebRtcTransport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How fast one peer sends to one other over a data channel, two processes on one machine, and what
 * it costs in CPU: bare and ordered, bare and unordered, and through our {@link Link}. One line of
 * JSON for each.
 *
 * <pre>{@code
 * mvn -q -DskipTests package -pl bench -am
 * java --enable-native-access=ALL-UNNAMED -cp 'bench/target/classes:proxy/target/lib/*' \
 *     dev.fugitive.bench.DataChannelBench [BYTES [FRAME_BYTES]]
 * }</pre>
 *
 * <p>With {@code -Dreceiver.prefix="ip netns exec NAME"} the receiver runs in another network
 * namespace.
 */
public final class DataChannelBench {
  private static final String RECEIVER_PREFIX = "receiver.prefix";
  private static final String RECEIVE = "receive";
  private static final String RECEIVED = "received ";

  /** What is measured. */
  enum Mode {
    BARE_ORDERED,
    BARE_UNORDERED,
    LINK
  }

  private DataChannelBench() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 0 && arguments[0].equals(RECEIVE)) {
      receive(Mode.valueOf(arguments[1]), Long.parseLong(arguments[2]));
    } else {
      long bytes = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1L << 30;
      int frameBytes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 64 * 1024;
      for (Mode mode : Mode.values()) {
        System.out.println(measure(mode, bytes, frameBytes).toJson());
      }
    }
    Runtime.getRuntime().halt(0);
  }

  /** What one mode gave. */
  record Measured(
      Mode mode, long bytes, int frameBytes, long nanos, long sendCpuNanos, long receiveCpuNanos) {
    double megabytesPerSecond() {
      return bytes / 1e6 / (nanos / 1e9);
    }

    String toJson() {
      double gigabytes = bytes / 1e9;
      return String.format(
          Locale.ROOT,
          "{\"mode\":\"%s\",\"bytes\":%d,\"frameBytes\":%d,\"seconds\":%.3f,\"megabytesPerSecond\":%.1f,"
              + "\"senderCpuSecondsPerGigabyte\":%.2f,\"receiverCpuSecondsPerGigabyte\":%.2f}",
          mode.name().toLowerCase(Locale.ROOT),
          bytes,
          frameBytes,
          nanos / 1e9,
          megabytesPerSecond(),
          sendCpuNanos / 1e9 / gigabytes,
          receiveCpuNanos / 1e9 / gigabytes);
    }
  }

  static Measured measure(Mode mode, long bytes, int frameBytes) throws Exception {
    long frames = Math.ceilDiv(bytes, frameBytes);
    Process receiver = startReceiver(mode, frames * frameBytes);
    try (BufferedReader fromReceiver = receiver.inputReader(StandardCharsets.UTF_8);
        PrintStream toReceiver = printer(receiver)) {
      Sender sender =
          mode == Mode.LINK
              ? linkSender(fromReceiver, toReceiver)
              : bareSender(mode == Mode.BARE_ORDERED, fromReceiver, toReceiver);
      long cpuBefore = cpuNanos();
      long start = System.nanoTime();
      ByteBuffer frame = ByteBuffer.allocateDirect(frameBytes);
      for (long i = 0; i < frames; i++) {
        sender.send(frame.clear());
      }
      long receiverCpuNanos = Long.parseLong(sender.received());
      long nanos = System.nanoTime() - start;
      receiver.waitFor();
      return new Measured(
          mode, frames * frameBytes, frameBytes, nanos, cpuNanos() - cpuBefore, receiverCpuNanos);
    }
  }

  /** One way of sending, open and ready. */
  private interface Sender {
    void send(ByteBuffer frame) throws Exception;

    /** Waits for the receiver's last word: the CPU time it took. */
    String received() throws Exception;
  }

  private static Sender bareSender(boolean ordered, BufferedReader from, PrintStream to)
      throws Exception {
    BareChannel channel = BareChannel.offering(ordered);
    to.println(SignalLine.of(new Signal.Description(Signal.Kind.OFFER, channel.description())));
    String answer = nextLine(from, SignalLine.PREFIX);
    channel.takeAnswer(((Signal.Description) SignalLine.parse(answer)).text());
    channel.awaitOpen();
    return new Sender() {
      @Override
      public void send(ByteBuffer frame) throws Exception {
        channel.send(frame);
      }

      @Override
      public String received() throws IOException {
        return nextLine(from, RECEIVED).substring(RECEIVED.length());
      }
    };
  }

  private static Sender linkSender(BufferedReader from, PrintStream to) throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    Link link =
        WebRtcTransport.open(WebRtcSettings.DEFAULTS)
            .offer(
                new PrintingListener(to) {
                  @Override
                  public void onOpen() {
                    open.countDown();
                  }
                });
    CompletableFuture<String> received = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            String line;
            while ((line = from.readLine()) != null) {
              if (line.startsWith(SignalLine.PREFIX)) {
                link.signal(SignalLine.parse(line));
              } else if (line.startsWith(RECEIVED)) {
                received.complete(line.substring(RECEIVED.length()));
              }
            }
          } catch (IOException e) {
            received.completeExceptionally(e);
          }
        });
    open.await();
    return new Sender() {
      @Override
      public void send(ByteBuffer frame) throws IOException {
        link.send(frame);
      }

      @Override
      public String received() throws Exception {
        return received.get();
      }
    };
  }

  private static void receive(Mode mode, long expectedBytes) throws Exception {
    BufferedReader from =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Counter counter = new Counter(expectedBytes);
    Signal.Description offer =
        (Signal.Description) SignalLine.parse(nextLine(from, SignalLine.PREFIX));
    if (mode == Mode.LINK) {
      Link link =
          WebRtcTransport.open(WebRtcSettings.DEFAULTS)
              .answer(
                  offer,
                  new PrintingListener(System.out) {
                    @Override
                    public void onFrame(ByteBuffer frame) {
                      counter.add(frame.remaining());
                    }
                  });
      Thread.ofPlatform().daemon().start(() -> carry(from, link));
    } else {
      BareChannel channel = BareChannel.answering(offer.text(), counter::add);
      System.out.println(
          SignalLine.of(new Signal.Description(Signal.Kind.ANSWER, channel.description())));
      channel.awaitOpen();
    }
    counter.done.await();
    System.out.println(RECEIVED + (cpuNanos() - counter.cpuAtFirstNanos));
  }

  private static void carry(BufferedReader from, Link link) {
    try {
      String line;
      while ((line = from.readLine()) != null) {
        if (line.startsWith(SignalLine.PREFIX)) {
          link.signal(SignalLine.parse(line));
        }
      }
    } catch (IOException e) {
      link.close("no signals: " + e.getMessage());
    }
  }

  private static Process startReceiver(Mode mode, long bytes) throws IOException {
    List<String> command = new ArrayList<>();
    for (String word : System.getProperty(RECEIVER_PREFIX, "").split(" ", -1)) {
      if (!word.isEmpty()) {
        command.add(word);
      }
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(
        List.of(DataChannelBench.class.getName(), RECEIVE, mode.name(), Long.toString(bytes)));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static PrintStream printer(Process process) {
    return new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
  }

  private static String nextLine(BufferedReader from, String prefix) throws IOException {
    @Nullable String line = from.readLine();
    while (line != null && !line.startsWith(prefix)) {
      line = from.readLine();
    }
    if (line == null) {
      throw new IOException("the other process ended (expected: a line with " + prefix + ")");
    }
    return line;
  }

  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  /** Counts what arrives. */
  private static final class Counter {
    private final long expectedBytes;
    private final AtomicLong bytes = new AtomicLong();
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile long cpuAtFirstNanos;

    Counter(long expectedBytes) {
      this.expectedBytes = expectedBytes;
    }

    void add(int lengthBytes) {
      long now = bytes.addAndGet(lengthBytes);
      if (now == lengthBytes) {
        cpuAtFirstNanos = cpuNanos();
      }
      if (now >= expectedBytes) {
        done.countDown();
      }
    }
  }

  /** Prints its signals for the other process. */
  private abstract static class PrintingListener implements LinkListener {
    private final PrintStream to;

    PrintingListener(PrintStream to) {
      this.to = to;
    }

    @Override
    public void onSignal(Signal local) {
      to.println(SignalLine.of(local));
    }

    @Override
    public void onOpen() {}

    @Override
    public void onFrame(ByteBuffer frame) {}

    @Override
    public void onClosed(String reason) {
      System.err.println("link closed: " + reason);
    }
  }
}
