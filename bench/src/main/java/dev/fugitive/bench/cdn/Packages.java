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
import java.util.Random;

/** A fleet of machines installs the same packages. */
final class Packages implements Profile {
  @Override
  public String name() {
    return "packages";
  }

  @Override
  public String question() {
    return "A fleet installs the same packages within a few seconds: when is the last machine done,"
        + " and how often did the mirror send each?";
  }

  @Override
  public List<Scenario> scenarios(Scale scale) {
    return List.of(
        new Fleet(scale.of(12, 3), scale.of(200, 12), scale.of(10.0, 1.0), scale.seed()));
  }

  private record Fleet(int machines, int packages, double joinSeconds, long seed)
      implements Scenario {
    private static final double ORIGIN_MEGABITS = 50;
    private static final int AT_ONCE = 6;
    private static final long MEET_MILLIS = 20_000;
    private static final double LEAST_BYTES = 4_096;
    private static final double MOST_BYTES = 524_288;

    /** The same lengths whatever the run's seed, so that runs of several sessions are one table. */
    private static final long LENGTHS_SEED = 20_261_121;

    @Override
    public Facts facts() {
      long bytes = lengths().stream().mapToLong(Long::longValue).sum();
      Map<String, String> setting = new LinkedHashMap<>();
      setting.put(
          "content",
          "%d packages of 4 to 512 KiB (evenly by logarithm), %.1f MB, others for each run"
              .formatted(packages, bytes / 1e6));
      setting.put(
          "machines",
          "%d, starting within %.0f s, each %d packages at a time, all in one order"
              .formatted(machines, joinSeconds, AT_ONCE));
      setting.put(
          "links", "mirror 50 Mbit/s up, RTT 40 ms; machines 100 Mbit/s, RTT 2 ms to each other");
      double megabits = bytes * 8 / 1e6;
      return new Facts(
          "packages, " + machines + " machines, " + packages + " packages",
          setting,
          Metric.SECONDS,
          bytes,
          OptionalDouble.of(megabits / ORIGIN_MEGABITS),
          "one copy of everything at the mirror's rate, for the machine that starts first",
          List.of(),
          List.of(
              "Figures are of whole machines, from their start to their last package.",
              "Evidence: the machines trust each other's vouchers, as a CI fleet does."));
    }

    private List<Long> lengths() {
      Random random = new Random(LENGTHS_SEED);
      List<Long> lengths = new ArrayList<>();
      for (int i = 0; i < packages; i++) {
        lengths.add((long) (LEAST_BYTES * Math.pow(MOST_BYTES / LEAST_BYTES, random.nextDouble())));
      }
      return lengths;
    }

    @Override
    public Stage.Plan plan() {
      List<Stage.Member> members = new ArrayList<>();
      for (int i = 1; i <= machines; i++) {
        members.add(
            new Stage.Member(
                new Host("m" + i, Shape.of(100, 100, 0.5, 100)), NodeOptions.DEFAULT.vouching()));
      }
      return new Stage.Plan(Shape.of(ORIGIN_MEGABITS, ORIGIN_MEGABITS, 19.5, 150), members, seed);
    }

    @Override
    public List<Side> sides() {
      return List.of(Side.OKHTTP, Side.FUGITIVE);
    }

    @Override
    public void prepare(Stage stage) throws Exception {
      stage.meet(Math.min(8, machines - 1), MEET_MILLIS);
    }

    @Override
    public Round round(Stage stage, Side side, int number) throws Exception {
      String name = "packages-" + sides().indexOf(side) + "-" + number;
      List<Origin.Served> files = Fetches.serve(stage, name, lengths(), seed + number);
      return () -> install(stage, side.peers() ? Via.NODE : Via.PLAIN, files);
    }

    private Outcome install(Stage stage, Via via, List<Origin.Served> files) throws Exception {
      Arrivals starts = new Arrivals(machines, joinSeconds, seed);
      return Outcome.of(starts.each(i -> install(stage, stage.nodes().get(i), via, files)));
    }

    private static Sample install(
        Stage stage, NodeProcess machine, Via via, List<Origin.Served> files) throws Exception {
      long start = System.nanoTime();
      List<Sample> all = Fetches.each(machine, via, stage, false, files, AT_ONCE);
      return whole(machine.name(), all, (System.nanoTime() - start) / 1e6);
    }

    /** One machine's packages as one figure. */
    private static Sample whole(String who, List<Sample> all, double millis) {
      return new Sample(
          who,
          all.getFirst().firstMillis(),
          millis,
          all.stream().mapToLong(Sample::bytes).sum(),
          all.stream().allMatch(Sample::right),
          all.stream().mapToLong(Sample::peerBytes).sum(),
          all.stream().mapToLong(Sample::originBytes).sum(),
          all.stream().filter(one -> !one.right()).map(Sample::note).findFirst().orElse(""));
    }
  }
}
