package dev.fugitive.client.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The virtual clock moves only when told, and runs what falls due in one order. */
final class VirtualTimeTest {
  private final VirtualTime time = new VirtualTime();
  private final List<String> ran = new ArrayList<>();

  @Test
  void tasksRunAtTheirTimesAndInOrder() {
    time.schedule(20, () -> ran.add("b at " + time.nanoTime()));
    time.schedule(10, () -> ran.add("a at " + time.nanoTime()));
    time.schedule(20, () -> ran.add("c at " + time.nanoTime()));
    time.advance(Duration.ofNanos(19));
    assertThat(ran).containsExactly("a at 10");
    time.advance(Duration.ofNanos(1));
    assertThat(ran).containsExactly("a at 10", "b at 20", "c at 20");
  }

  @Test
  void whatATaskSchedulesRunsInTheSameAdvanceWhereItFallsDue() {
    time.schedule(1, () -> time.schedule(1, () -> ran.add("inner at " + time.nanoTime())));
    time.advance(Duration.ofNanos(2));
    assertThat(ran).containsExactly("inner at 2");
  }

  @Test
  void timePassesToTheEndThoughNothingFallsDue() {
    time.advance(Duration.ofHours(5));
    assertThat(time.nanoTime()).isEqualTo(Duration.ofHours(5).toNanos());
  }

  @Test
  void runningUntilStopsTheClockWhereTheConditionCameTrue() {
    time.schedule(7, () -> ran.add("x"));
    assertThat(time.runUntil(() -> !ran.isEmpty(), Duration.ofDays(1))).isTrue();
    assertThat(time.nanoTime()).isEqualTo(7);
    assertThat(time.runUntil(() -> false, Duration.ofNanos(3))).isFalse();
    assertThat(time.nanoTime()).isEqualTo(10);
  }

  @Test
  void aLoopThatNeverLetsTimePassIsFound() {
    scheduleForever();
    assertThatThrownBy(() -> time.advance(Duration.ofNanos(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("tasks at one instant");
  }

  @Test
  void theClockDoesNotRunBackwards() {
    assertThatThrownBy(() -> time.schedule(-1, () -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("delay: -1 (expected: not negative)");
  }

  private void scheduleForever() {
    time.schedule(0, this::scheduleForever);
  }
}
