package dev.fugitive.bench;

import dev.fugitive.bench.lab.Fetched;
import dev.fugitive.bench.lab.Host;
import dev.fugitive.bench.lab.NodeOptions;
import dev.fugitive.bench.lab.NodeProcess;
import dev.fugitive.bench.lab.NodeProcess.Via;
import dev.fugitive.bench.lab.Origin;
import dev.fugitive.bench.lab.Shape;
import dev.fugitive.bench.lab.Stage;
import dev.fugitive.cache.store.Provenance;
import java.io.IOException;
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
  private static final int FRAME_BYTES = 64 * 1024;
  private static final int UPLOAD_SLOTS = 8;
  private static final long UNLIMITED = 1L << 40;
  private static final long MEET_MILLIS = 20_000;

  /** Until what the holder has newly got is known to the reader. */
  private static final long NEWS_NANOS = 2_000_000_000L;

  private PeerBench() {}

  public static void main(String[] arguments) throws Exception {
    long bytes = (arguments.length > 0 ? Long.parseLong(arguments[0]) : 256) << 20;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
    NodeOptions unlimited = NodeOptions.DEFAULT.withUpload(UNLIMITED, UPLOAD_SLOTS);
    List<Stage.Member> members =
        List.of(
            new Stage.Member(new Host("holder", Shape.FAST), unlimited.vouching()),
            new Stage.Member(new Host("reader", Shape.FAST), unlimited));
    try (Stage stage = Stage.open(new Stage.Plan(Shape.FAST, members, 1), false)) {
      stage.meet(1, MEET_MILLIS);
      measure(bytes, rounds, stage);
    }
    Runtime.getRuntime().halt(0);
  }

  private static void measure(long bytes, int rounds, Stage stage) throws Exception {
    List<Double> peer = new ArrayList<>();
    List<Double> bare = new ArrayList<>();
    List<Double> share = new ArrayList<>();
    for (int round = 0; round <= rounds; round++) {
      double ours = fetchFromPeer(stage, stage.origin().serve("round-" + round, bytes, round));
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

  /** One content: the holder gets it from the origin, then the reader from the holder. */
  private static double fetchFromPeer(Stage stage, Origin.Served file) throws IOException {
    NodeProcess holder = stage.node("holder");
    NodeProcess reader = stage.node("reader");
    String url = stage.origin().plain(file.path());
    holder.fetch(Via.NODE, url).join();
    LockSupport.parkNanos(NEWS_NANOS);
    double holderBefore = holder.cpuSeconds();
    double readerBefore = reader.cpuSeconds();
    Fetched fetched = reader.fetch(Via.NODE, url).join();
    System.out.printf(
        Locale.ROOT,
        "CPU s/GB: holder %.1f, reader %.1f%n",
        (holder.cpuSeconds() - holderBefore) * 1e9 / fetched.bytes(),
        (reader.cpuSeconds() - readerBefore) * 1e9 / fetched.bytes());
    if (!fetched.isRight(file.sha256()) || fetched.from(Provenance.TIER1) != file.lengthBytes()) {
      throw new IOException(
          "%s: %s (expected: %d bytes of tier1)".formatted(url, fetched, file.lengthBytes()));
    }
    return fetched.bytes() * 1e3 / fetched.nanos();
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
