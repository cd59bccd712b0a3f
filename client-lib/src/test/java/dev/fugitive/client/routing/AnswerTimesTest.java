package dev.fugitive.client.routing;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** For how long an answer is worth waiting. */
class AnswerTimesTest {
  private static final long MILLI = 1_000_000;
  private static final long MOST = 750 * MILLI;

  private final AnswerTimes times = new AnswerTimes();

  @Test
  void ofAPeerThatNothingIsKnownOfItIsAllThereIs() {
    assertThat(times.limitNanos(-1, MOST)).isEqualTo(MOST);
  }

  @Test
  void beforeTheFirstAnswerTheLinksRoundTripSaysIt() {
    assertThat(times.limitNanos(MILLI, MOST)).isEqualTo(AnswerTimes.LEAST_AT_FIRST_NANOS);
    assertThat(times.limitNanos(60 * MILLI, MOST)).isEqualTo(480 * MILLI);
    assertThat(times.limitNanos(1_000 * MILLI, MOST)).isEqualTo(MOST);
  }

  @Test
  void whoAnswersSoonIsNotWaitedForLong() {
    for (int answer = 0; answer < 10; answer++) {
      times.add(30 * MILLI);
    }
    assertThat(times.limitNanos(MILLI, MOST)).isEqualTo(AnswerTimes.LEAST_NANOS);
  }

  @Test
  void whoseAnswersVaryIsWaitedForLonger() {
    for (int answer = 0; answer < 20; answer++) {
      times.add((answer % 2 == 0 ? 50 : 250) * MILLI);
    }
    assertThat(times.limitNanos(MILLI, MOST)).isGreaterThan(400 * MILLI).isLessThan(MOST);
  }

  @Property(tries = 200, seed = "2026")
  void itIsNeverMoreThanThereIs(@ForAll @LongRange(min = 0, max = 10_000_000_000L) long[] took) {
    for (long nanos : took) {
      times.add(nanos);
      assertThat(times.limitNanos(MILLI, MOST)).isBetween(AnswerTimes.LEAST_NANOS, MOST);
    }
  }
}
