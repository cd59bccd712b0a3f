package dev.fugitive.bench;

import dev.fugitive.bench.lab.Scratch;
import dev.fugitive.proxy.rendezvous.RendezvousLimits;
import dev.fugitive.proxy.rendezvous.RendezvousServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * How much of a bare data channel's goodput one peer gives one reader, end to end: a node that
 * holds a content on its disk, one that reads it through the fetch path and stores it, each a
 * process of its own on this machine, an nginx as origin, and the bare channel between two
 * processes in turn with them. The first round is for warming up and not counted.
 *
 * <pre>{@code
 * mvn -q -DskipTests package -pl bench -am
 * java --enable-native-access=ALL-UNNAMED -cp 'bench/target/classes:bench/target/lib/*' \
 *     dev.fugitive.bench.PeerBench [MEBIBYTES [ROUNDS]]
 * }</pre>
 *
 * <p>Needs nginx on the path. Prints a line for each round, and one of JSON at the end. {@code
 * -Dnode.jvm=OPTIONS} is for profiling the nodes.
 */
public final class PeerBench {
  private static final String ORIGIN = "127.0.0.1:18480";
  private static final int FRAME_BYTES = 64 * 1024;

  /** Until what the holder has newly got is known to the reader. */
  private static final long NEWS_NANOS = 2_000_000_000L;

  private PeerBench() {}

  public static void main(String[] arguments) throws Exception {
    long bytes = (arguments.length > 0 ? Long.parseLong(arguments[0]) : 256) << 20;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
    try (Scratch scratch = Scratch.make("fugitive-peer-bench");
        RendezvousServer rendezvous =
            RendezvousServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                RendezvousLimits.DEFAULT);
        NginxOrigin origin = NginxOrigin.start(scratch.sub("origin"), ORIGIN, List.of())) {
      measure(bytes, rounds, scratch, rendezvous.url(), origin);
    }
    Runtime.getRuntime().halt(0);
  }

  private static void measure(
      long bytes, int rounds, Scratch scratch, String rendezvous, NginxOrigin origin)
      throws Exception {
    Path holding = scratch.sub("holder");
    Path reading = scratch.sub("reader");
    try (NodeProcess holder = NodeProcess.start(List.of(), holding, rendezvous, ORIGIN);
        NodeProcess reader =
            NodeProcess.start(List.of(), reading, rendezvous, ORIGIN, holder.key())) {
      holder.fetch(origin.serve("meet-holder", 1));
      reader.fetch(origin.serve("meet-reader", 1));
      reader.awaitPeers(1);
      List<Double> peer = new ArrayList<>();
      List<Double> bare = new ArrayList<>();
      List<Double> share = new ArrayList<>();
      for (int round = 0; round <= rounds; round++) {
        double ours = fetchFromPeer(holder, reader, origin.serve("round-" + round, bytes));
        double ceiling =
            DataChannelBench.measure(DataChannelBench.Mode.BARE_ORDERED, bytes, FRAME_BYTES)
                .megabytesPerSecond();
        System.out.printf(
            Locale.ROOT,
            "round %d%s: peer %.1f MB/s, bare channel %.1f MB/s, share %.2f, load %.1f%n",
            round,
            round == 0 ? " (warm-up)" : "",
            ours,
            ceiling,
            ours / ceiling,
            Machine.load());
        if (round > 0) {
          peer.add(ours);
          bare.add(ceiling);
          share.add(ours / ceiling);
        }
      }
      report(bytes, rounds, Spread.of(peer), Spread.of(bare), Spread.of(share));
    }
  }

  /** One content: the holder gets it from the origin, then the reader from the holder. */
  private static double fetchFromPeer(NodeProcess holder, NodeProcess reader, String url)
      throws IOException {
    holder.fetch(url);
    LockSupport.parkNanos(NEWS_NANOS);
    Duration holderBefore = holder.cpuTime();
    Duration readerBefore = reader.cpuTime();
    FetchTimes times = reader.fetch(url);
    System.out.printf(
        Locale.ROOT,
        "CPU s/GB: holder %.1f, reader %.1f%n",
        secondsPerGigabyte(holder.cpuTime().minus(holderBefore), times.bytes()),
        secondsPerGigabyte(reader.cpuTime().minus(readerBefore), times.bytes()));
    if (!times.source().contains("tier1=" + times.bytes())) {
      throw new IOException(
          "%s came from %s (expected: tier1=%d)".formatted(url, times.source(), times.bytes()));
    }
    return times.megabytesPerSecond();
  }

  private static double secondsPerGigabyte(Duration time, long bytes) {
    return time.toNanos() / (double) bytes;
  }

  private static void report(long bytes, int rounds, Spread peer, Spread bare, Spread share) {
    System.out.printf(
        Locale.ROOT,
        "{\"bytes\":%d,\"rounds\":%d,\"peerMegabytesPerSecond\":%s,"
            + "\"bareMegabytesPerSecond\":%s,\"share\":%s}%n",
        bytes,
        rounds,
        peer.toJson(),
        bare.toJson(),
        share.toJson());
  }
}
