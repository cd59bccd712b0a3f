package dev.fugitive.bench.cdn;

import com.google.errorprone.annotations.FormatMethod;
import java.io.PrintStream;
import java.util.Locale;

/** Tells on the terminal how far a comparison is. */
final class Console {
  private final PrintStream out;

  Console(PrintStream out) {
    this.out = out;
  }

  @FormatMethod
  void say(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
    out.flush();
  }

  void starts(Facts facts, int number, int of) {
    say("%n[%d/%d] %s", number, of, facts.title());
    facts.setting().forEach((name, value) -> say("        %s: %s", name, value));
  }

  void ended(Run run, int runs, Facts facts) {
    Metric metric = facts.metric();
    double last = Summary.last(run, metric);
    say(
        "        run %d (%d are to count), %-22s last %8.2f %s, egress %5.2f copies, %3.0f %% from peers, CPU %3.0f %%%s%s",
        run.number(),
        runs,
        run.side().name() + ":",
        last,
        metric.unit(),
        run.egressBytes() / (double) facts.contentBytes(),
        run.peerShare() * 100,
        run.cpuShare() * 100,
        run.isValid() ? "" : ", VOID",
        run.isRight() ? "" : ", WRONG OR FAILED: " + wrong(run));
  }

  private static String wrong(Run run) {
    long wrong = run.samples().stream().filter(sample -> !sample.right()).count();
    String first =
        run.samples().stream()
            .filter(sample -> !sample.right())
            .map(sample -> sample.who() + " " + sample.note())
            .findFirst()
            .orElse("");
    return wrong + " of " + run.samples().size() + " (" + first + ")";
  }
}
