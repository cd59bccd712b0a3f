package dev.fugitive.bench.cdn;

import dev.fugitive.bench.lab.Host;
import dev.fugitive.bench.lab.NodeOptions;
import dev.fugitive.bench.lab.NodeProcess;
import dev.fugitive.bench.lab.NodeProcess.Via;
import dev.fugitive.bench.lab.Origin;
import dev.fugitive.bench.lab.Shape;
import dev.fugitive.bench.lab.Stage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** One peer to one reader across a path, beside TCP across the same path. */
final class PathProfile implements Profile {
  private static final double MEGABITS = 100;

  @Override
  public String name() {
    return "path";
  }

  @Override
  public String question() {
    return "How much of a path's rate does one peer give one reader, and what does loss cost?";
  }

  @Override
  public List<Scenario> scenarios(Scale scale) {
    List<Scenario> scenarios = new ArrayList<>();
    for (int roundTrip : scale.of(List.of(4, 40, 100), List.of(40))) {
      for (double loss : scale.of(List.of(0.0, 0.1, 1.0), List.of(0.0))) {
        // a lossy path is slow for everybody: enough to see its rate
        long full = loss == 0 ? 50_000_000 : loss < 1 ? 20_000_000 : 4_000_000;
        scenarios.add(new Crossing(roundTrip, loss, scale.of(full, 2_000_000L), scale.seed()));
      }
    }
    return scenarios;
  }

  private record Crossing(int roundTripMillis, double lossPercent, long bytes, long seed)
      implements Scenario {
    private static final int QUEUE_MILLIS = 100;
    private static final long MEET_MILLIS = 20_000;
    private static final long WARM_BYTES = 1_000_000;

    @Override
    public Facts facts() {
      Map<String, String> setting = new LinkedHashMap<>();
      setting.put("content", bytes / 1_000_000 + " MB of random bytes, another for each run");
      setting.put(
          "path", "100 Mbit/s both ways, RTT %d ms, 100 ms queues".formatted(roundTripMillis));
      setting.put("loss", lossPercent + " % of the packets that carry the body");
      return new Facts(
          "path, RTT %d ms, loss %s %%, %d MB"
              .formatted(roundTripMillis, lossPercent, bytes / 1_000_000),
          setting,
          Metric.MEGABITS,
          bytes,
          OptionalDouble.of(MEGABITS),
          "the link's rate, headers included",
          List.of(
              lossPercent == 0
                  ? "86 Mbit/s to 40 ms, 80 at 100 ms"
                  : "half of TCP's rate or better"),
          List.of(
              "From asking to the last byte, the wait for the first one included. The reader has"
                  + " fetched 1 MB from the peer before: the channel is open, its window is not.",
              "TCP comes from the origin, whose path has the same rate, delay and loss as the peer's."));
    }

    @Override
    public Stage.Plan plan() {
      Shape clean = Shape.of(MEGABITS, MEGABITS, roundTripMillis / 4.0, QUEUE_MILLIS);
      Shape sending = clean.withLoss(lossPercent);
      return new Stage.Plan(
          sending,
          List.of(
              new Stage.Member(new Host("holder", sending), NodeOptions.DEFAULT.vouching()),
              new Stage.Member(new Host("reader", clean), NodeOptions.DEFAULT)),
          seed);
    }

    @Override
    public List<Side> sides() {
      return List.of(Side.CURL, Side.FUGITIVE);
    }

    @Override
    public void prepare(Stage stage) throws Exception {
      stage.meet(1, MEET_MILLIS);
      round(stage, "warm", WARM_BYTES, seed).run();
    }

    @Override
    public Round round(Stage stage, Side side, int number) throws Exception {
      String name = (side.peers() ? "peers-" : "direct-") + number;
      if (side.peers()) {
        return round(stage, name, bytes, seed + number);
      }
      Origin.Served file = stage.origin().serve(name, bytes, seed + number);
      return Direct.curls(stage, List.of(stage.node("reader")), file);
    }

    private static Round round(Stage stage, String name, long bytes, long seed) throws Exception {
      Origin.Served file = stage.origin().serve(name, bytes, seed);
      NodeProcess reader = stage.node("reader");
      Fetches.give(stage, List.of(stage.node("holder")), false, List.of(file));
      return () -> {
        Sample sample = Fetches.one(reader, Via.NODE, stage, false, file);
        return new Outcome(List.of(sample), Map.of("first byte, ms", sample.firstMillis()));
      };
    }
  }
}
