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
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.locks.LockSupport;

/** Many watch one film, each from a moment of its own, and some seek. */
final class Video implements Profile {
  private static final int WARM_UPS = 2;

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
    return scale.small()
        ? List.of(new Audience("", 3, 3, 200_000, 1, 20, 2.0, 1.0, 1, scale.seed()))
        : List.of(
            new Audience("", 20, 12, 1_000_000, 1, 20, 30.0, 4.0, WARM_UPS, scale.seed()),
            new Audience(
                "half of it, ", 12, 10, 500_000, 0.5, 6, 30.0, 4.0, WARM_UPS, scale.seed()));
  }

  /**
   * An audience.
   *
   * @param part says in the title what part of bitrate and viewers' links it is
   * @param segments of the film; every viewer watches all, but those that seek
   * @param segmentBytes of each
   * @param rates the part of a home link's rates that the viewers' links have
   * @param originMegabits of the origin: half of what the films of all need together
   * @param joinSeconds within which all have come
   * @param segmentSeconds that each plays
   * @param warmUps before anything is measured
   */
  private record Audience(
      String part,
      int viewers,
      int segments,
      long segmentBytes,
      double rates,
      double originMegabits,
      double joinSeconds,
      double segmentSeconds,
      int warmUps,
      long seed)
      implements Scenario {
    private static final long MEET_MILLIS = 20_000;
    private static final double UP = 10;
    private static final double DOWN = 50;
    private static final double DELAY_MILLIS = 7.5;
    private static final int QUEUE_MILLIS = 150;
    private static final int WARM_SEGMENTS = 4;
    private static final double WARM_SECONDS = 2;

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
      setting.put(
          "links",
          String.format(
              Locale.ROOT,
              "origin %.3g Mbit/s up, viewers %.3g up and %.3g down; RTT 30 ms",
              originMegabits,
              UP * rates,
              DOWN * rates));
      return new Facts(
          "video, " + part + viewers + " viewers",
          setting,
          Metric.MILLIS,
          segments * segmentBytes,
          OptionalDouble.empty(),
          "",
          List.of(),
          List.of(
              "Fifty viewers within a minute are too much for two cores: 20 within 30 s, and 12 with"
                  + " half of the bitrate and of the rates, leave the part of the films' rate that"
                  + " the origin has, a half, as it is.",
              "Figures are of single segments; a player keeps two segments ahead. Stalled is the time"
                  + " that all pictures together stood still.",
              "Evidence: viewers trust each other's vouchers, as friends do.",
              "Nodes are resident: started once, then warmed up by "
                  + warmUps
                  + " short films, which is not counted."));
    }

    @Override
    public Stage.Plan plan() {
      List<Stage.Member> members = new ArrayList<>();
      for (int i = 1; i <= viewers; i++) {
        members.add(
            new Stage.Member(
                new Host("v" + i, link(UP * rates, DOWN * rates)), NodeOptions.DEFAULT.vouching()));
      }
      return new Stage.Plan(link(originMegabits, originMegabits), members, seed);
    }

    /** With a part of the rate as many bytes wait as at the full one. */
    private Shape link(double up, double down) {
      return Shape.of(up, down, DELAY_MILLIS, (int) (QUEUE_MILLIS / rates));
    }

    @Override
    public List<Side> sides() {
      return List.of(Side.OKHTTP, Side.FUGITIVE);
    }

    @Override
    public void prepare(Stage stage) throws Exception {
      stage.meet(Math.min(8, viewers - 1), MEET_MILLIS);
      for (int i = 0; i < warmUps; i++) {
        List<Long> lengths = Collections.nCopies(WARM_SEGMENTS, segmentBytes);
        List<Origin.Served> film = Fetches.serve(stage, "warm-" + i, lengths, seed + i);
        new Arrivals(viewers, WARM_SECONDS, seed)
            .each(v -> Fetches.each(stage.nodes().get(v), Via.NODE, stage, false, film, 1));
      }
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
