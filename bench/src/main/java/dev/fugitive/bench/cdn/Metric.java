package dev.fugitive.bench.cdn;

/** What a scenario's figures are. */
enum Metric {
  /** Seconds from asking to the last byte. */
  SECONDS("s", true),
  /** Milliseconds from asking to the last byte. */
  MILLIS("ms", true),
  /** Megabits a second from asking to the last byte. */
  MEGABITS("Mbit/s", false);

  private final String unit;
  private final boolean lessIsBetter;

  Metric(String unit, boolean lessIsBetter) {
    this.unit = unit;
    this.lessIsBetter = lessIsBetter;
  }

  String unit() {
    return unit;
  }

  double of(Sample sample) {
    return switch (this) {
      case SECONDS -> sample.millis() / 1e3;
      case MILLIS -> sample.millis();
      case MEGABITS -> sample.bytes() * 8 / 1e3 / sample.millis();
    };
  }

  boolean lessIsBetter() {
    return lessIsBetter;
  }
}
