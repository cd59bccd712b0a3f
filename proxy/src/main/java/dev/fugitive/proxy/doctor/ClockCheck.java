package dev.fugitive.proxy.doctor;

import dev.fugitive.proxy.text.Age;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/** Whether this machine's clock agrees with others': freshness, vouchers and TLS depend on it. */
public final class ClockCheck {
  static final String NAME = "clock";

  /** What is not worth a word: an answer's Date has whole seconds, and was on its way. */
  private static final Duration NEGLIGIBLE = Duration.ofSeconds(5);

  private static final Duration HARMFUL = Duration.ofMinutes(2);

  /** How far this clock is ahead of another. */
  public record Sample(String source, Duration ahead) {}

  private ClockCheck() {}

  /** The median counts, so that one clock that is wrong elsewhere is not believed. */
  public static Finding judge(List<Sample> samples) {
    if (samples.isEmpty()) {
      return Finding.skipped(NAME, "nobody could be asked for the time");
    }
    Duration skew =
        samples.stream()
            .map(Sample::ahead)
            .sorted(Comparator.naturalOrder())
            .toList()
            .get((samples.size() - 1) / 2);
    long agreeing =
        samples.stream()
            .filter(each -> each.ahead().minus(skew).abs().compareTo(NEGLIGIBLE) <= 0)
            .count();
    String asked =
        agreeing
            + " of "
            + samples.size()
            + " clocks agree ("
            + String.join(", ", samples.stream().map(Sample::source).toList())
            + ")";
    if (skew.abs().compareTo(NEGLIGIBLE) <= 0) {
      return Finding.ok(NAME, "right within " + NEGLIGIBLE.toSeconds() + " s; " + asked);
    }
    String words =
        Age.format(skew.abs()) + (skew.isNegative() ? " behind" : " ahead") + "; " + asked;
    boolean sure = agreeing > 1 && agreeing * 2 > samples.size();
    if (!sure) {
      return Finding.note(NAME, words + ", too few to be sure");
    }
    String mend = "sudo timedatectl set-ntp true";
    return skew.abs().compareTo(HARMFUL) >= 0
        ? Finding.failed(NAME, words, mend)
        : Finding.warning(NAME, words, mend);
  }
}
