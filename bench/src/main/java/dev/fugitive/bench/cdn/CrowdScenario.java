package dev.fugitive.bench.cdn;

import dev.fugitive.bench.lab.Origin;
import dev.fugitive.bench.lab.Stage;

/** A scenario in which a whole crowd wants one new file, from the origin or from one another. */
interface CrowdScenario extends Scenario {
  CrowdStage crowd();

  @Override
  default Stage.Plan plan() {
    return crowd().plan();
  }

  @Override
  default void prepare(Stage stage) throws Exception {
    crowd().prepare(stage);
  }

  @Override
  default Round round(Stage stage, Side side, int number) throws Exception {
    Origin.Served file =
        crowd().serve(stage, "crowd-" + sides().indexOf(side) + "-" + number, number);
    return side.peers()
        ? withPeers(stage, side, file)
        : Direct.curls(stage, crowd().crowd(stage), file);
  }

  /** Makes a run with peers ready; undisturbed where a scenario says nothing else. */
  default Round withPeers(Stage stage, Side side, Origin.Served file) throws Exception {
    return () -> crowd().start(stage, file);
  }
}
