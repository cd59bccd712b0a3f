package dev.fugitive.bench.cdn;

import dev.fugitive.bench.lab.Host;
import dev.fugitive.bench.lab.NodeOptions;
import dev.fugitive.bench.lab.NodeProcess;
import dev.fugitive.bench.lab.NodeProcess.Via;
import dev.fugitive.bench.lab.Origin;
import dev.fugitive.bench.lab.Shape;
import dev.fugitive.bench.lab.Stage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * An origin and a crowd with the links of home users, and what all crowds have in common.
 *
 * @param nodes that want the file
 * @param liars beside them
 * @param bytes of the file
 * @param rates the part of a home link's rates that their links have
 */
record CrowdStage(int nodes, int liars, long bytes, double rates, long seed) {
  static final long MEET_MILLIS = 60_000;
  private static final double UP = 10;
  private static final double DOWN = 50;
  private static final double ROUND_TRIP_MILLIS = 30;

  /** At full rates; with a part of them as many bytes, so that as many packets find room. */
  private static final int QUEUE_MILLIS = 150;

  /** A crowd of so many is near to what two cores carry: it must be as warm as it gets. */
  private static final int FULL_NODES = 16;

  private static final int MAX_WARM_UPS = 12;

  /** Of a smaller crowd, which leaves the machine room. */
  private static final int MAX_WARM_UPS_OF_FEWER = 6;

  /** Of a larger one, which takes long. */
  private static final int MAX_WARM_UPS_OF_MORE = 4;

  /** Of a larger one so many are warmed up at a time: cold, all would wait for the processors. */
  private static final int GROUP_NODES = 4;

  private static final Calm CALM_AFTER_MEETING = new Calm(0.5, Duration.ofMinutes(3));

  /** A crowd so small is there to see that all works. */
  private static final int FEW_NODES = 4;

  private static final String LIAR = "liar";

  /** What a report says of a crowd, and more. */
  Facts facts(String title, List<String> aims, List<String> more) {
    Map<String, String> setting = new LinkedHashMap<>();
    setting.put("content", bytes / (1 << 20) + " MiB of random bytes, another for each run");
    setting.put("nodes", nodes + ", all start at once");
    setting.put(
        "links",
        String.format(
            Locale.ROOT,
            "origin and nodes %.3g Mbit/s up and %.3g down, %d ms queues",
            UP * rates,
            DOWN * rates,
            queueMillis()));
    setting.put("round trip", "30 ms between any two");
    List<String> notes = new ArrayList<>(more);
    notes.add(
        "Evidence: the origin publishes a site manifest; the nodes know from an earlier answer that"
            + " it has one, and fetch it, the leaves and the head within the measured time.");
    notes.add("Each node aims at a channel to every other and serves all of them at once.");
    notes.add(
        "Nodes are resident: started once, then warmed up by crowds over other contents, which are"
            + " not counted, until the CPU time of one has stopped falling (12 at most; of a crowd"
            + " of more than 16 first four at a time).");
    return new Facts(
        title,
        setting,
        Metric.SECONDS,
        bytes,
        OptionalDouble.of(boundSeconds()),
        "max{F/us, F/dmin, N·F/(us+Σui)} of payload, without any header",
        aims,
        notes);
  }

  double boundSeconds() {
    return Bounds.crowdSeconds(bytes, nodes, UP * rates, UP * rates, DOWN * rates);
  }

  private int queueMillis() {
    return (int) (QUEUE_MILLIS / rates);
  }

  /** Peers that a node has when the mesh stands. */
  int enough() {
    return nodes - 1;
  }

  Stage.Plan plan() {
    Shape shape = Shape.of(UP * rates, DOWN * rates, ROUND_TRIP_MILLIS / 4, queueMillis());
    List<Stage.Member> members = new ArrayList<>();
    int others = nodes + liars - 1;
    NodeOptions wide = NodeOptions.DEFAULT.withConnections(others, 2 * others).withUpload(0, 64);
    for (int i = 1; i <= nodes; i++) {
      members.add(new Stage.Member(new Host("n" + i, shape), wide));
    }
    for (int i = 1; i <= liars; i++) {
      members.add(new Stage.Member(new Host(LIAR + i, shape), wide.lying()));
    }
    return new Stage.Plan(shape, members, seed);
  }

  /** Those that want the file. */
  List<NodeProcess> crowd(Stage stage) {
    return stage.nodes().stream().filter(node -> node.name().startsWith("n")).toList();
  }

  List<NodeProcess> liars(Stage stage) {
    return stage.nodes().stream().filter(node -> node.name().startsWith(LIAR)).toList();
  }

  /** Connects all, and lets them fetch until that has stopped getting cheaper. */
  void prepare(Stage stage) throws Exception {
    warmUp(stage, maxWarmUps());
  }

  private int maxWarmUps() {
    if (nodes <= FEW_NODES) {
      return 1;
    }
    if (nodes == FULL_NODES) {
      return MAX_WARM_UPS;
    }
    return nodes < FULL_NODES ? MAX_WARM_UPS_OF_FEWER : MAX_WARM_UPS_OF_MORE;
  }

  /** The same, with so many crowds at most. */
  void warmUp(Stage stage, int most) throws Exception {
    stage.meet(enough(), MEET_MILLIS);
    if (nodes > FULL_NODES) {
      CALM_AFTER_MEETING.await();
      warmUpByGroups(stage);
    }
    WarmUp warmUp = new WarmUp(most);
    while (!warmUp.isOver()) {
      Origin.Served warm = serve(stage, "warm-" + System.nanoTime(), warmUp.count());
      double before = stage.cpuSeconds();
      check(start(stage, warm).samples());
      warmUp.took(stage.cpuSeconds() - before);
    }
  }

  private void warmUpByGroups(Stage stage) throws IOException {
    List<NodeProcess> all = crowd(stage);
    for (int from = 0; from < all.size(); from += GROUP_NODES) {
      List<NodeProcess> group = all.subList(from, Math.min(all.size(), from + GROUP_NODES));
      Origin.Served file = serve(stage, "warm-" + System.nanoTime(), MAX_WARM_UPS + from);
      check(Fetches.together(group, Via.NODE, stage.origin().plain(file.path()), file));
    }
  }

  private static void check(List<Sample> samples) throws IOException {
    List<Sample> wrong = samples.stream().filter(sample -> !sample.right()).toList();
    if (!wrong.isEmpty()) {
      throw new IOException("warm-up: " + wrong);
    }
  }

  /** A new file that the site's manifest lists. */
  Origin.Served serve(Stage stage, String name, int number) throws IOException {
    Origin.Served file = stage.origin().serve(name, bytes, seed + number);
    stage.origin().publish();
    return file;
  }

  /** All fetch it. */
  Outcome start(Stage stage, Origin.Served file) {
    String url = stage.origin().plain(file.path());
    return Outcome.of(Fetches.together(crowd(stage), Via.NODE, url, file));
  }
}
