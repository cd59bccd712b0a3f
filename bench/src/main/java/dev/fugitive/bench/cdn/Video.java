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
import java.util.concurrent.locks.LockSupport;

/** Many watch one film, each from a moment of its own, and some seek. */
final class Video implements Profile {
  @Override
  public String name() {
    return "video";
  }

  @Override
  public String question() {
    return "An audience joins a film within a minute, and some seek: how long do they wait for a"
        + " segment, does the picture stop, and what does the origin send?";
  }

  @Override
  public List<Scenario> scenarios(Scale scale) {
    return List.of(
        new Audience(
            scale.of(20, 3),
            scale.of(12, 3),
            scale.of(1_000_000L, 200_000L),
            scale.of(30.0, 2.0),
            scale.of(4.0, 1.0),
            scale.seed()));
  }

  /**
   * An audience.
   *
   * @param segments of the film; every viewer watches all, but those that seek
   * @param segmentBytes of each
   * @param joinSeconds within which all have come
   * @param segmentSeconds that each plays
   */
  private record Audience(
      int viewers,
      int segments,
      long segmentBytes,
      double joinSeconds,
      double segmentSeconds,
      long seed)
      implements Scenario {
    private static final long MEET_MILLIS = 20_000;
    private static final double ORIGIN_MEGABITS = 20;

    @Override
    public Facts facts() {
      double each = segmentBytes * 8 / 1e6 / segmentSeconds;
      Map<String, String> setting = new LinkedHashMap<>();
      setting.put(
          "content",
          "%d segments of %.0f s and %d kB (%.1f Mbit/s), another film for each run"
              .formatted(segments, segmentSeconds, segmentBytes / 1000, each));
      setting.put(
          "viewers",
          "%d, joining within %.0f s; every third seeks once, half of the film onwards"
              .formatted(viewers, joinSeconds));
      setting.put("links", "origin 20 Mbit/s up, viewers 10 up and 50 down; RTT 30 ms");
      return new Facts(
          "video, " + viewers + " viewers",
          setting,
          Metric.MILLIS,
          segments * segmentBytes,
          OptionalDouble.empty(),
          "",
          List.of(),
          List.of(
              "Scaled to two cores: 20 viewers within 30 s instead of 50 within a minute.",
              "Figures are of single segments; a player keeps two segments ahead. Stalled is the time"
                  + " that all pictures together stood still.",
              "Evidence: viewers trust each other's vouchers, as friends do."));
    }

    @Override
    public Stage.Plan plan() {
      List<Stage.Member> members = new ArrayList<>();
      for (int i = 1; i <= viewers; i++) {
        members.add(
            new Stage.Member(
                new Host("v" + i, Shape.of(10, 50, 7.5, 150)), NodeOptions.DEFAULT.vouching()));
      }
      return new Stage.Plan(Shape.of(ORIGIN_MEGABITS, ORIGIN_MEGABITS, 7.5, 150), members, seed);
    }

    @Override
    public List<Side> sides() {
      return List.of(Side.OKHTTP, Side.FUGITIVE);
    }

    @Override
    public void prepare(Stage stage) throws Exception {
      stage.meet(Math.min(8, viewers - 1), MEET_MILLIS);
    }

    @Override
    public Round round(Stage stage, Side side, int number) throws Exception {
      String name = "film-" + sides().indexOf(side) + "-" + number;
      List<Origin.Served> film =
          Fetches.serve(stage, name, Collections.nCopies(segments, segmentBytes), seed + number);
      return () -> show(stage, side.peers() ? Via.NODE : Via.PLAIN, film);
    }

    private Outcome show(Stage stage, Via via, List<Origin.Served> film) throws Exception {
      Arrivals audience = new Arrivals(viewers, joinSeconds, seed);
      List<Sample> samples = new ArrayList<>();
      double stalled = 0;
      double starting = 0;
      for (Viewing viewing :
          audience.each(i -> watch(stage, stage.nodes().get(i), via, film, i % 3 == 2))) {
        samples.addAll(viewing.samples());
        stalled += viewing.stalledSeconds();
        starting = Math.max(starting, viewing.startSeconds());
      }
      return new Outcome(samples, Map.of("stalled, s", stalled, "slowest start, s", starting));
    }

    /** What one viewer saw. */
    private record Viewing(List<Sample> samples, double startSeconds, double stalledSeconds) {}

    private Viewing watch(
        Stage stage, NodeProcess node, Via via, List<Origin.Served> film, boolean seeks) {
      long began = System.nanoTime();
      List<Sample> samples = new ArrayList<>();
      double playedUntil = 0;
      double start = 0;
      double stalled = 0;
      for (int segment = 0; segment < segments; segment++) {
        if (seeks && segment == segments / 4) {
          segment = segments / 2;
        }
        double ahead = playedUntil - since(began) - 2 * segmentSeconds;
        LockSupport.parkNanos((long) (Math.max(0, ahead) * 1e9));
        samples.add(Fetches.one(node, via, stage, false, film.get(segment)));
        double now = since(began);
        if (samples.size() == 1) {
          start = now;
        } else {
          stalled += Math.max(0, now - playedUntil);
        }
        playedUntil = Math.max(now, playedUntil) + segmentSeconds;
      }
      return new Viewing(samples, start, stalled);
    }

    private static double since(long nanos) {
      return (System.nanoTime() - nanos) / 1e9;
    }
  }
}
