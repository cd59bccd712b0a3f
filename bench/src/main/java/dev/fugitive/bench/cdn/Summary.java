package dev.fugitive.bench.cdn;

import java.util.List;

/**
 * All runs of one side of a scenario, in the metric's unit. Where less is better the last is the
 * greatest, otherwise the least.
 *
 * @param runs that count
 * @param voided runs that do not, since the machine was too busy
 * @param fetches of the runs that count
 * @param wrong fetches, of all runs, that failed or brought other bytes
 * @param median of all fetches
 * @param p99 of all fetches
 * @param last the median run's last finisher
 * @param bestLast the best run's last finisher
 * @param worstLast the worst run's
 * @param copies of the content that the origin's link carried, in the median run
 * @param cpuShare of the median run
 * @param peerShare of the median run
 */
record Summary(
    int runs,
    int voided,
    int fetches,
    int wrong,
    double median,
    double p99,
    double last,
    double bestLast,
    double worstLast,
    double copies,
    double cpuShare,
    double peerShare) {
  private static final double HUNDREDTH = 0.01;

  static Summary of(List<Run> all, Facts facts) {
    List<Run> valid = all.stream().filter(Run::isValid).toList();
    // a void run is better than none at all, and is said to be void
    List<Run> shown = valid.isEmpty() ? all : valid;
    Metric metric = facts.metric();
    List<Double> figures =
        shown.stream().flatMap(run -> run.samples().stream()).map(metric::of).sorted().toList();
    List<Double> lasts = shown.stream().map(run -> last(run, metric)).sorted().toList();
    return new Summary(
        valid.size(),
        all.size() - valid.size(),
        figures.size(),
        (int) all.stream().flatMap(r -> r.samples().stream()).filter(s -> !s.right()).count(),
        quantile(figures, 0.5),
        quantile(figures, metric.lessIsBetter() ? 1 - HUNDREDTH : HUNDREDTH),
        quantile(lasts, 0.5),
        quantile(lasts, metric.lessIsBetter() ? 0 : 1),
        quantile(lasts, metric.lessIsBetter() ? 1 : 0),
        median(shown, run -> run.egressBytes() / (double) facts.contentBytes()),
        median(shown, Run::cpuShare),
        median(shown, Run::peerShare));
  }

  private static double median(List<Run> runs, java.util.function.ToDoubleFunction<Run> figure) {
    return quantile(runs.stream().map(figure::applyAsDouble).sorted().toList(), 0.5);
  }

  /** The last finisher of a run. */
  static double last(Run run, Metric metric) {
    List<Double> figures = run.samples().stream().map(metric::of).sorted().toList();
    return quantile(figures, metric.lessIsBetter() ? 1 : 0);
  }

  /** Of sorted figures, between two neighbours in proportion; 0 of none. */
  static double quantile(List<Double> sorted, double share) {
    if (sorted.isEmpty()) {
      return 0;
    }
    double place = share * (sorted.size() - 1);
    int below = (int) Math.floor(place);
    int above = (int) Math.ceil(place);
    return sorted.get(below) + (sorted.get(above) - sorted.get(below)) * (place - below);
  }
}
