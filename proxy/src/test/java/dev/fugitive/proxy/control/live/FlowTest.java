package dev.fugitive.proxy.control.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.store.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.YearMonth;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What flowed, by second, by day and by month. */
final class FlowTest {
  private static final LocalDate DAY = LocalDate.parse("2026-01-31");

  @TempDir private Path directory;

  private static Flow origin(long bytes) {
    return Flow.of(place -> place == Provenance.ORIGIN ? bytes : 0, bytes / 2);
  }

  @Test
  void daysAndMonthsOutliveTheProcess() throws IOException {
    Path file = directory.resolve("state/flow-days");
    FlowDays days = FlowDays.open(file);
    days.add(DAY, origin(100));
    days.add(DAY, origin(20));
    days.add(DAY.plusDays(1), origin(6));
    days.save();
    FlowDays later = FlowDays.open(file);
    assertThat(later.on(DAY)).isEqualTo(origin(120));
    assertThat(later.in(YearMonth.from(DAY))).isEqualTo(origin(120));
    later.add(DAY.plusDays(2), origin(2));
    assertThat(later.in(YearMonth.parse("2026-02"))).isEqualTo(origin(8));
    assertThat(later.on(DAY.minusDays(1))).isEqualTo(Flow.NONE);
  }

  @Test
  void onlySoManyDaysAreKept() throws IOException {
    Path file = directory.resolve("flow-days");
    FlowDays days = FlowDays.open(file);
    for (int i = 0; i < 2 * FlowDays.MAX_DAYS; i++) {
      days.add(DAY.plusDays(i), origin(2));
    }
    days.save();
    assertThat(Files.readAllLines(file)).hasSize(FlowDays.MAX_DAYS + 1);
    assertThat(days.on(DAY)).isEqualTo(Flow.NONE);
  }

  @Test
  void aDamagedFileIsBegunAnew() throws IOException {
    Path file = directory.resolve("flow-days");
    for (String text : new String[] {"", "other\n", "fugitive-flow-1\n2026-01-31 memory=x\n"}) {
      Files.writeString(file, text);
      FlowDays days = FlowDays.open(file);
      assertThat(days.on(DAY)).isEqualTo(Flow.NONE);
      days.add(DAY, origin(4));
      days.save();
      assertThat(FlowDays.open(file).on(DAY)).isEqualTo(origin(4));
    }
  }

  @Test
  void aSecondHoldsWhatFlowedInIt() {
    FlowHistory history = new FlowHistory(origin(1000));
    assertThat(history.perSecondNow()).isEqualTo(Flow.NONE);
    assertThat(history.sample(origin(1600))).isEqualTo(origin(600));
    assertThat(history.sample(origin(1600))).isEqualTo(Flow.NONE);
    assertThat(history.sample(origin(1600))).isEqualTo(Flow.NONE);
    assertThat(history.perSecondNow()).isEqualTo(origin(200));
    for (int i = 0; i < 2 * FlowHistory.SECONDS; i++) {
      history.sample(origin(1600));
    }
    assertThat(history.seconds()).hasSize(FlowHistory.SECONDS);
    assertThat(history.perSecondNow()).isEqualTo(Flow.NONE);
  }
}
