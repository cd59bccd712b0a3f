package dev.fugitive.bench.cdn;

import dev.fugitive.bench.lab.Counters;
import dev.fugitive.bench.lab.CpuMeter;
import dev.fugitive.bench.lab.Stage;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Runs scenarios, the sides of each in turn with one another and in an order that is drawn anew for
 * each turn, so that what else the machine does falls on all of them.
 */
final class Comparison {
  private final Settings settings;
  private final Calm calm;
  private final Console console;

  Comparison(Settings settings, Calm calm, Console console) {
    this.settings = settings;
    this.calm = calm;
    this.console = console;
  }

  /**
   * How a comparison is run.
   *
   * @param runs of each side that count
   * @param directRuns of the sides without peers, where they are to be fewer
   * @param firstRun the number of the first one
   * @param namespaces whether the lab has links of its own, which needs root
   * @param sides to leave out all others where it is not empty
   */
  record Settings(
      int runs, int directRuns, int firstRun, boolean namespaces, List<String> sides, long seed) {
    Settings {
      sides = List.copyOf(sides);
    }

    boolean wants(Side side) {
      return sides.isEmpty() || sides.stream().anyMatch(side.name()::contains);
    }

    int runs(Side side) {
      return side.peers() ? runs : Math.min(runs, directRuns);
    }
  }

  /** Runs one scenario; each run is recorded as soon as it is over. */
  void run(Scenario scenario, Consumer<Run> records) throws Exception {
    Facts facts = scenario.facts();
    Random order = new Random(settings.seed());
    Turns turns = new Turns(scenario.sides(), settings);
    long start = System.nanoTime();
    try (Stage stage = Stage.open(scenario.plan(), settings.namespaces())) {
      scenario.prepare(stage);
      console.say(
          "        ready after %.0f s, warm after %.0f s of the nodes' CPU time",
          (System.nanoTime() - start) / 1e9, stage.cpuSeconds());
      for (int number = settings.firstRun(); !turns.areOver(); number++) {
        List<Side> sides = turns.next();
        Collections.shuffle(sides, order);
        for (Side side : sides) {
          Run run = measure(stage, facts, scenario.round(stage, side, number), side, number);
          records.accept(run);
          turns.took(run);
          console.ended(run, settings.runs(side), facts);
          scenario.tidy(stage, side);
        }
      }
    }
  }

  private Run measure(Stage stage, Facts facts, Scenario.Round round, Side side, int number)
      throws Exception {
    calm.await();
    Counters before = stage.originCounters();
    long droppedBefore = stage.droppedPackets();
    double nodesBefore = stage.cpuSeconds();
    CpuMeter cpuBefore = CpuMeter.now();
    long start = System.nanoTime();
    Outcome outcome = round.run();
    double seconds = (System.nanoTime() - start) / 1e9;
    double cpuShare = CpuMeter.now().shareSince(cpuBefore);
    Map<String, Double> figures = new LinkedHashMap<>(outcome.figures());
    figures.put("nodes' CPU, s", stage.cpuSeconds() - nodesBefore);
    return new Run(
        facts.title(),
        side,
        number,
        seconds,
        stage.originCounters().since(before).sentBytes(),
        stage.droppedPackets() - droppedBefore,
        cpuShare,
        outcome.samples(),
        figures);
  }
}
