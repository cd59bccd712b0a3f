package dev.fugitive.bench.cdn;

import dev.fugitive.bench.lab.Host;
import dev.fugitive.bench.lab.NodeOptions;
import dev.fugitive.bench.lab.NodeProcess;
import dev.fugitive.bench.lab.NodeProcess.Via;
import dev.fugitive.bench.lab.Origin;
import dev.fugitive.bench.lab.Shape;
import dev.fugitive.bench.lab.Stage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** A page of small objects, from near peers, beside HTTPS from a CDN farther away. */
final class Page implements Profile {
  @Override
  public String name() {
    return "page";
  }

  @Override
  public String question() {
    return "How fast are small objects from peers, beside HTTPS connections that are new, or kept?";
  }

  @Override
  public List<Scenario> scenarios(Scale scale) {
    List<Scenario> scenarios = new ArrayList<>();
    for (int peerRoundTrip : List.of(10, 50)) {
      scenarios.add(new Objects(scale.of(100, 10), 64L << 10, peerRoundTrip, scale.seed()));
    }
    return scenarios;
  }

  private record Objects(int count, long bytes, int peerRoundTrip, long seed) implements Scenario {
    private static final Side COLD = new Side("HTTPS, new connection each", false);
    private static final Side KEPT = new Side("HTTPS, connections kept", false);
    private static final int CDN_ROUND_TRIP = 50;
    private static final double READER_DELAY = 2.5;
    private static final int AT_ONCE = 6;
    private static final int HOLDERS = 3;
    private static final long MEET_MILLIS = 20_000;

    @Override
    public Facts facts() {
      Map<String, String> setting = new LinkedHashMap<>();
      setting.put(
          "content", count + " objects of " + bytes / 1024 + " KiB, " + AT_ONCE + " at a time");
      setting.put("round trips", "CDN " + CDN_ROUND_TRIP + " ms, peers " + peerRoundTrip + " ms");
      setting.put("links", "CDN 100 Mbit/s, reader 100 down, " + HOLDERS + " holders 50 up");
      return new Facts(
          "page, " + count + " objects, peers at " + peerRoundTrip + " ms",
          setting,
          Metric.MILLIS,
          count * bytes,
          OptionalDouble.empty(),
          "",
          List.of(
              peerRoundTrip == CDN_ROUND_TRIP
                  ? "a third of a new HTTPS connection's time"
                  : "an eighth of a new HTTPS connection's time"),
          List.of(
              "Figures are of single objects; the whole page's time is with each run.",
              "Direct is OkHttp over HTTP/1.1 with TLS 1.3 in the same JVM; channels to peers are"
                  + " open and were used before."));
    }

    @Override
    public Stage.Plan plan() {
      List<Stage.Member> members = new ArrayList<>();
      members.add(
          new Stage.Member(
              new Host("reader", Shape.of(20, 100, READER_DELAY, 100)), NodeOptions.DEFAULT));
      Shape holder = Shape.of(50, 100, peerRoundTrip / 2.0 - READER_DELAY, 100);
      for (int i = 1; i <= HOLDERS; i++) {
        members.add(new Stage.Member(new Host("h" + i, holder), NodeOptions.DEFAULT.vouching()));
      }
      return new Stage.Plan(
          Shape.of(100, 100, CDN_ROUND_TRIP / 2.0 - READER_DELAY, 100), members, seed);
    }

    @Override
    public List<Side> sides() {
      return List.of(COLD, KEPT, Side.FUGITIVE);
    }

    @Override
    public void prepare(Stage stage) throws Exception {
      stage.meet(HOLDERS, MEET_MILLIS);
      for (Side side : sides()) {
        round(stage, side, 0).run();
      }
    }

    @Override
    public Round round(Stage stage, Side side, int number) throws Exception {
      String name = "page-" + sides().indexOf(side) + "-" + number;
      List<Origin.Served> files =
          Fetches.serve(stage, name, Collections.nCopies(count, bytes), seed + number);
      if (side.peers()) {
        Fetches.give(stage, holders(stage), true, files);
      }
      Via via = side.peers() ? Via.NODE : side.equals(COLD) ? Via.COLD : Via.PLAIN;
      return () -> {
        long start = System.nanoTime();
        List<Sample> samples = Fetches.each(stage.node("reader"), via, stage, true, files, AT_ONCE);
        return new Outcome(samples, Map.of("whole page, ms", (System.nanoTime() - start) / 1e6));
      };
    }

    private static List<NodeProcess> holders(Stage stage) {
      return stage.nodes().stream().filter(node -> node.name().startsWith("h")).toList();
    }
  }
}
