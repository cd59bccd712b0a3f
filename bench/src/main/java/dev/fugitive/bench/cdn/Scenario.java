package dev.fugitive.bench.cdn;

import dev.fugitive.bench.lab.Stage;
import java.util.List;

/** One thing that is measured: a stage, what happens on it, and the ways that are compared. */
interface Scenario {
  Facts facts();

  /** The hosts and their nodes. */
  Stage.Plan plan();

  List<Side> sides();

  /** Whether it means nothing without links of its own. */
  default boolean needsNamespaces() {
    return false;
  }

  /** Brings the nodes together and warms up what in real life is warm; not measured. */
  void prepare(Stage stage) throws Exception;

  /** Makes what a run needs; not measured. */
  Round round(Stage stage, Side side, int number) throws Exception;

  /** Mends what a run has broken; not measured. */
  default void tidy(Stage stage, Side side) throws Exception {}

  /** A run that is ready to start. */
  @FunctionalInterface
  interface Round {
    /** Does it; the time that this takes is measured. */
    Outcome run() throws Exception;
  }
}
