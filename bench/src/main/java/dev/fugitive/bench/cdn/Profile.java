package dev.fugitive.bench.cdn;

import java.util.List;

/** A question about the product, and the scenarios that answer it. */
interface Profile {
  /** As it is called on the command line. */
  String name();

  /** What it asks, in one sentence. */
  String question();

  List<Scenario> scenarios(Scale scale);
}
