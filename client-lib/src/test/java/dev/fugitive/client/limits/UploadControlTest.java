package dev.fugitive.client.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.limits.UploadDecision.Reason;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The decision follows the clock, the machine and the user, and is carried out in this order. */
class UploadControlTest {
  private static final UploadPolicy ON = UploadPolicy.OFF.withSharing(true);

  private final AtomicInteger reads = new AtomicInteger();
  private final List<UploadDecision> carriedOut = new CopyOnWriteArrayList<>();
  private volatile Instant now = Instant.parse("2026-11-30T20:00:00Z");
  private volatile ZoneId zone = ZoneId.of("Europe/Berlin");
  private volatile MachineState machine = MachineState.UNRESTRICTED;

  /** Each test starts it first. */
  @SuppressWarnings("NullAway.Init")
  private UploadControl control;

  private void start(UploadPolicy policy) {
    control =
        UploadControl.start(
            policy,
            () -> {
              reads.incrementAndGet();
              return machine;
            },
            MonthAccount.inMemory(),
            () -> now,
            () -> zone);
    control.listen(standing -> carriedOut.add(standing.decision()));
  }

  @AfterEach
  void close() throws IOException {
    control.close();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("upload-control"));
  }

  private void awaitAllowed() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> control.standing().decision().isAllowed());
  }

  private static UploadDecision refused(Reason... reasons) {
    return new UploadDecision.Refused(List.of(reasons));
  }

  @Test
  void aNodeThatDoesNotShareNeverReadsTheMachine() throws Exception {
    start(UploadPolicy.OFF);
    assertThat(control.take(1)).isFalse();
    assertThat(carriedOut).containsExactly(refused(Reason.OFF));
    control.change(before -> UploadPolicy.UNLIMITED);
    assertThat(control.take(1)).isTrue();
    assertThat(reads).hasValue(0);
  }

  @Test
  void whenAChangeReturnsItHasBeenCarriedOut() throws Exception {
    start(UploadPolicy.UNLIMITED);
    assertThat(control.take(10)).isTrue();
    control.change(before -> before.withSharing(false));
    assertThat(carriedOut.getLast()).isEqualTo(refused(Reason.OFF));
    assertThat(control.take(1)).isFalse();
    control.change(before -> before.withSharing(true).withLanOnly(true));
    assertThat(carriedOut.getLast()).isEqualTo(new UploadDecision.Allowed(true));
    assertThat(control.standing().month().bytes()).isEqualTo(10);
  }

  @Test
  void aPauseEndsByItself() {
    start(UploadPolicy.UNLIMITED);
    control.pause(Duration.ofMinutes(10));
    assertThat(carriedOut.getLast()).isEqualTo(refused(Reason.PAUSED));
    assertThat(control.standing().nextChange()).isEqualTo(now.plusSeconds(600));
    now = now.plusSeconds(599);
    control.look();
    assertThat(carriedOut.getLast()).isEqualTo(refused(Reason.PAUSED));
    now = now.plusSeconds(1);
    awaitAllowed();
  }

  @Test
  void quietHoursBeginAndEnd() {
    start(UploadPolicy.UNLIMITED.withQuietHours(Optional.of(QuietHours.parse("22:00-07:00"))));
    assertThat(control.standing().decision().isAllowed()).isTrue();
    now = Instant.parse("2026-11-30T21:00:00Z");
    control.look();
    assertThat(carriedOut.getLast()).isEqualTo(refused(Reason.QUIET_HOURS));
    zone = ZoneId.of("America/New_York");
    control.look();
    assertThat(control.standing().decision().isAllowed()).isTrue();
  }

  @Test
  void aSpentMonthIsOverUntilTheNextByTheLocalCalendar() throws Exception {
    start(UploadPolicy.UNLIMITED.withMonth(Optional.of(2L << 20)));
    while (control.take(60_000)) {}
    assertThat(carriedOut.getLast()).isEqualTo(refused(Reason.MONTH_SPENT));
    assertThat(control.standing().month().bytes()).isLessThanOrEqualTo(2L << 20);

    now = Instant.parse("2026-11-30T23:00:00Z"); // midnight in Berlin
    control.look();
    assertThat(control.standing().month().month()).isEqualTo(YearMonth.of(2026, 12));
    assertThat(control.take(60_000)).isTrue();

    zone = ZoneId.of("America/New_York"); // where it is November still
    control.look();
    assertThat(carriedOut.getLast()).isEqualTo(refused(Reason.MONTH_SPENT));
    now = now.minusSeconds(86_400);
    zone = ZoneId.of("Europe/Berlin");
    control.look();
    assertThat(carriedOut.getLast()).isEqualTo(refused(Reason.MONTH_SPENT));
  }

  @Test
  void theMachineIsReadBeforeAnythingIsGivenAndAgainWhenItCountsAgain() {
    machine = MachineState.UNRESTRICTED.withPower(MachineState.Power.BATTERY);
    start(ON);
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> carriedOut.contains(refused(Reason.ON_BATTERY)));
    assertThat(carriedOut).doesNotContain(new UploadDecision.Allowed(false));

    control.change(before -> before.withOnBattery(true).withOnMetered(true).withOnVpn(true));
    assertThat(control.standing().decision().isAllowed()).isTrue();
    machine = MachineState.UNRESTRICTED;
    control.change(before -> ON);
    awaitAllowed();
  }
}
