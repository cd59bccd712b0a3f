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
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;

/** A fleet of machines installs the same packages. */
final class Packages implements Profile {
  private static final double JOIN_SECONDS = 10;
  private static final int WARM_UPS = 2;

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
    return scale.small()
        ? List.of(new Fleet("", 3, 12, 1, 1.0, 1, scale.seed()))
        : List.of(
            new Fleet("", 12, 200, 1, JOIN_SECONDS, WARM_UPS, scale.seed()),
            new Fleet("a quarter, ", 8, 60, 0.25, JOIN_SECONDS, WARM_UPS, scale.seed()));
  }

  /**
   * A fleet.
   *
   * @param part says in the title what part of the rates the links have
   * @param rates that part
   * @param joinSeconds within which all have begun
   * @param warmUps before anything is measured: the second took two thirds of the first one's CPU
   *     time, the third and fourth no less
   */
  private record Fleet(
      String part,
      int machines,
      int packages,
      double rates,
      double joinSeconds,
      int warmUps,
      long seed)
      implements Scenario {
    private static final double ORIGIN_MEGABITS = 50;
    private static final double MACHINE_MEGABITS = 100;
    private static final int ORIGIN_QUEUE_MILLIS = 150;
    private static final int MACHINE_QUEUE_MILLIS = 100;
    private static final int AT_ONCE = 6;

    /** As many as all others ask for at once, where one is ahead of them. */
    private static final int UPLOAD_SLOTS = 64;

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
          "links",
          String.format(
              Locale.ROOT,
              "mirror %.3g Mbit/s up, RTT 40 ms; machines %.3g Mbit/s, RTT 2 ms to each other",
              ORIGIN_MEGABITS * rates,
              MACHINE_MEGABITS * rates));
      double megabits = bytes * 8 / 1e6;
      return new Facts(
          "packages, " + part + machines + " machines, " + packages + " packages",
          setting,
          Metric.SECONDS,
          bytes,
          OptionalDouble.of(megabits / (ORIGIN_MEGABITS * rates)),
          "one copy of everything at the mirror's rate, for the machine that starts first",
          List.of(),
          List.of(
              "Figures are of whole machines, from their start to their last package.",
              "Machines that install 2,400 packages with six at a time fill two cores: a quarter of"
                  + " the rates, fewer machines and fewer packages leave the time in which they"
                  + " come, and what the mirror needs for one copy, nearly as they are.",
              "Evidence: the machines trust each other's vouchers, as a CI fleet does. Each serves "
                  + UPLOAD_SLOTS
                  + " transfers at once.",
              "Nodes are resident: started once, then warmed up by installing other packages, "
                  + warmUps
                  + " times, which is not counted."));
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
                new Host("m" + i, link(MACHINE_MEGABITS, 0.5, MACHINE_QUEUE_MILLIS)),
                NodeOptions.DEFAULT.vouching().withUpload(0, UPLOAD_SLOTS)));
      }
      return new Stage.Plan(link(ORIGIN_MEGABITS, 19.5, ORIGIN_QUEUE_MILLIS), members, seed);
    }

    /** With a part of the rate as many bytes wait as at the full one. */
    private Shape link(double megabits, double delayMillis, int queueMillis) {
      return Shape.of(megabits * rates, megabits * rates, delayMillis, (int) (queueMillis / rates));
    }

    @Override
    public List<Side> sides() {
      return List.of(Side.OKHTTP, Side.FUGITIVE);
    }

    @Override
    public void prepare(Stage stage) throws Exception {
      stage.meet(Math.min(8, machines - 1), MEET_MILLIS);
      for (int i = 0; i < warmUps; i++) {
        install(stage, Via.NODE, Fetches.serve(stage, "warm-" + i, lengths(), seed + i));
      }
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
