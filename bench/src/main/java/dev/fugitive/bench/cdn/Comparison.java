package dev.fugitive.bench.cdn;

import dev.fugitive.bench.lab.Counters;
import dev.fugitive.bench.lab.CpuMeter;
import dev.fugitive.bench.lab.Stage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Runs scenarios, the sides of each in turn with one another and in an order that is drawn anew for
 * each turn, so that what else the machine does falls on all of them.
 */
final class Comparison {
  private final Settings settings;
  private final Console console;

  Comparison(Settings settings, Console console) {
    this.settings = settings;
    this.console = console;
  }

  /**
   * How a comparison is run.
   *
   * @param runs of each side
   * @param firstRun the number of the first one
   * @param namespaces whether the lab has links of its own, which needs root
   * @param sides to leave out all others where it is not empty
   */
  record Settings(int runs, int firstRun, boolean namespaces, List<String> sides, long seed) {
    Settings {
      sides = List.copyOf(sides);
    }

    private boolean wants(Side side) {
      return sides.isEmpty() || sides.contains(side.name());
    }
  }

  /** Runs one scenario; each run is recorded as soon as it is over. */
  void run(Scenario scenario, Consumer<Run> records) throws Exception {
    Facts facts = scenario.facts();
    int last = settings.firstRun() + settings.runs() - 1;
    Random order = new Random(settings.seed());
    long start = System.nanoTime();
    try (Stage stage = Stage.open(scenario.plan(), settings.namespaces())) {
      scenario.prepare(stage);
      console.say("        ready after %.0f s", (System.nanoTime() - start) / 1e9);
      for (int number = settings.firstRun(); number <= last; number++) {
        List<Side> sides = new ArrayList<>(scenario.sides());
        Collections.shuffle(sides, order);
        for (Side side : sides) {
          if (settings.wants(side)) {
            Run run = measure(stage, facts, scenario.round(stage, side, number), side, number);
            records.accept(run);
            console.ended(run, last, facts);
            scenario.tidy(stage, side);
          }
        }
      }
    }
  }

  private static Run measure(Stage stage, Facts facts, Scenario.Round round, Side side, int number)
      throws Exception {
    Counters before = stage.originCounters();
    long droppedBefore = stage.droppedPackets();
    CpuMeter cpuBefore = CpuMeter.now();
    long start = System.nanoTime();
    Outcome outcome = round.run();
    double seconds = (System.nanoTime() - start) / 1e9;
    double cpuShare = CpuMeter.now().shareSince(cpuBefore);
    return new Run(
        facts.title(),
        side,
        number,
        seconds,
        stage.originCounters().since(before).sentBytes(),
        stage.droppedPackets() - droppedBefore,
        cpuShare,
        outcome.samples(),
        outcome.figures());
  }
}
