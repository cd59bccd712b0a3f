package dev.fugitive.client.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.client.limits.UploadDecision.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The decision about uploads, over what users may choose and machines may be. */
class UploadRulesTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private static List<Reason> reasons(
      UploadPolicy policy, MachineState machine, MonthToDate month, Instant now, ZoneId zone) {
    return switch (UploadRules.decide(policy, machine, month, now, zone)) {
      case UploadDecision.Allowed allowed -> List.of();
      case UploadDecision.Refused(List<Reason> reasons) -> reasons;
    };
  }

  @Property(tries = 500, seed = "2026")
  void withoutConsentNothingElseCounts(
      @ForAll("policies") UploadPolicy policy,
      @ForAll("machines") MachineState machine,
      @ForAll("months") MonthToDate month,
      @ForAll("instants") Instant now,
      @ForAll("zones") ZoneId zone) {
    assertThat(reasons(policy.withSharing(false), machine, month, now, zone))
        .containsExactly(Reason.OFF);
  }

  @Property(tries = 500, seed = "2026")
  void eachReasonHoldsExactlyWhereItsOwnConditionDoes(
      @ForAll("policies") UploadPolicy chosen,
      @ForAll("machines") MachineState machine,
      @ForAll("months") MonthToDate month,
      @ForAll("instants") Instant now,
      @ForAll("zones") ZoneId zone) {
    UploadPolicy policy = chosen.withSharing(true);
    List<Reason> reasons = reasons(policy, machine, month, now, zone);

    assertThat(reasons.contains(Reason.PAUSED))
        .isEqualTo(policy.pausedUntil().filter(now::isBefore).isPresent());
    assertThat(reasons.contains(Reason.ON_BATTERY))
        .isEqualTo(!policy.onBattery() && machine.power() == MachineState.Power.BATTERY);
    assertThat(reasons.contains(Reason.ON_METERED))
        .isEqualTo(!policy.onMetered() && machine.cost() == MachineState.Cost.METERED);
    assertThat(reasons.contains(Reason.ON_VPN))
        .isEqualTo(!policy.onVpn() && machine.path() == MachineState.Path.VPN);
    assertThat(reasons.contains(Reason.QUIET_HOURS))
        .isEqualTo(policy.quietHours().filter(hours -> hours.contains(now, zone)).isPresent());
    boolean spent =
        policy
            .monthBytes()
            .filter(limit -> month.bytes() + UploadRules.MESSAGE_BYTES > limit)
            .isPresent();
    assertThat(reasons.contains(Reason.MONTH_SPENT)).isEqualTo(spent);
    assertThat(reasons).doesNotContain(Reason.OFF).doesNotHaveDuplicates();
  }

  @Property(tries = 300, seed = "2026")
  void whoAllowsMoreIsNeverRefusedMore(
      @ForAll("policies") UploadPolicy chosen,
      @ForAll("machines") MachineState machine,
      @ForAll("months") MonthToDate month,
      @ForAll("instants") Instant now,
      @ForAll("zones") ZoneId zone) {
    UploadPolicy policy = chosen.withSharing(true);
    List<Reason> before = reasons(policy, machine, month, now, zone);
    for (UploadPolicy more :
        List.of(
            policy.withOnBattery(true),
            policy.withOnMetered(true),
            policy.withOnVpn(true),
            policy.withMonth(Optional.empty()),
            policy.withQuietHours(Optional.empty()),
            policy.withPausedUntil(Optional.empty()))) {
      assertThat(before).containsAll(reasons(more, machine, month, now, zone));
    }
    assertThat(reasons(UploadPolicy.UNLIMITED, machine, month, now, zone)).isEmpty();
  }

  @Property(tries = 300, seed = "2026")
  void nothingChangesByTheClockBeforeTheNextChangeIsDue(
      @ForAll("policies") UploadPolicy chosen,
      @ForAll("instants") Instant now,
      @ForAll("zones") ZoneId zone) {
    UploadPolicy policy = chosen.withSharing(true).withMonth(Optional.empty());
    MonthToDate month = new MonthToDate(YearMonth.from(now.atZone(zone)), 0, true);
    Instant next = UploadRules.nextChange(policy, now, zone);
    assertThat(next).isAfter(now);
    long step = Math.max(1, Duration.between(now, next).toSeconds() / 50);
    List<Reason> atFirst = reasons(policy, MachineState.UNRESTRICTED, month, now, zone);
    for (Instant at = now; at.isBefore(next); at = at.plusSeconds(step)) {
      assertThat(reasons(policy, MachineState.UNRESTRICTED, month, at, zone)).isEqualTo(atFirst);
      assertThat(YearMonth.from(at.atZone(zone))).isEqualTo(month.month());
    }
  }

  @Test
  void aMachineThatNobodyHasLookedAtGivesNothingWhereItCounts() {
    MonthToDate month = new MonthToDate(YearMonth.of(2026, 11), 0, true);
    UploadPolicy policy = UploadPolicy.OFF.withSharing(true);
    assertThat(reasons(policy, MachineState.UNREAD, month, Instant.EPOCH, BERLIN))
        .containsExactly(Reason.NOT_READ_YET);
    assertThat(reasons(UploadPolicy.UNLIMITED, MachineState.UNREAD, month, Instant.EPOCH, BERLIN))
        .isEmpty();
  }

  @Test
  void aMonthThatCannotBeCountedGivesNothingWhereThereIsALimit() {
    MonthToDate month = new MonthToDate(YearMonth.of(2026, 11), 0, false);
    UploadPolicy policy = UploadPolicy.OFF.withSharing(true);
    assertThat(reasons(policy, MachineState.UNRESTRICTED, month, Instant.EPOCH, BERLIN))
        .containsExactly(Reason.MONTH_UNKNOWN);
    assertThat(
            reasons(
                policy.withMonth(Optional.empty()),
                MachineState.UNRESTRICTED,
                month,
                Instant.EPOCH,
                BERLIN))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-15T20:59:59Z, false", // 21:59:59 in Berlin
    "2026-01-15T21:00:00Z, true",
    "2026-01-16T05:59:59Z, true",
    "2026-01-16T06:00:00Z, false",
    "2026-07-15T20:00:00Z, true", // summer time
    "2026-07-16T05:00:00Z, false",
    "2026-03-29T00:59:59Z, true", // the hour that is skipped
    "2026-03-29T01:00:00Z, true",
    "2026-03-29T05:00:00Z, false",
    "2026-10-25T05:59:59Z, true", // the night with 25 hours
    "2026-10-25T06:00:00Z, false",
  })
  void quietHoursGoByTheClockOnTheWall(Instant moment, boolean quiet) {
    assertThat(QuietHours.parse("22:00-07:00").contains(moment, BERLIN)).isEqualTo(quiet);
  }

  @Test
  void hoursWithinTheHourThatIsSkippedOrComesTwice() {
    QuietHours hours = QuietHours.parse("2:15-2:45");
    // 2026-03-29: 02:00 to 03:00 does not exist
    for (int minute = 0; minute < 60; minute++) {
      Instant at = Instant.parse("2026-03-29T00:30:00Z").plusSeconds(minute * 60L);
      assertThat(hours.contains(at, BERLIN)).isFalse();
    }
    // 2026-10-25: 02:00 to 03:00 comes twice
    assertThat(hours.contains(Instant.parse("2026-10-25T00:30:00Z"), BERLIN)).isTrue();
    assertThat(hours.contains(Instant.parse("2026-10-25T00:50:00Z"), BERLIN)).isFalse();
    assertThat(hours.contains(Instant.parse("2026-10-25T01:30:00Z"), BERLIN)).isTrue();
    assertThat(hours.nextChange(Instant.parse("2026-10-25T00:50:00Z"), BERLIN))
        .isEqualTo(Instant.parse("2026-10-25T01:15:00Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "22-7", "22:00", "22:00-22:00", "24:00-01:00", "22:60-23:00", "a-b"})
  void whatAreNoHoursIsRefusedInWords(String text) {
    assertThatThrownBy(() -> QuietHours.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("quiet hours: ")
        .hasMessageContaining("(expected: ");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 4, false, SMALL",
    "8, 1, false, SMALL",
    "2, 4, false, DESKTOP",
    "16, 8, true, LAPTOP",
    "8, 4, false, DESKTOP",
    "16, 4, false, DESKTOP",
    "16, 8, false, SERVER",
    "256, 64, false, SERVER",
  })
  void theClassOfADeviceComesFromItsMemoryCoresAndBattery(
      long gibibytes, int cores, boolean battery, DeviceClass expected) {
    long usable = (gibibytes << 30) - (gibibytes << 25); // the kernel keeps some
    assertThat(DeviceClass.of(new Hardware(usable, cores, battery))).isEqualTo(expected);
  }

  @Provide
  Arbitrary<UploadPolicy> policies() {
    Arbitrary<Boolean> flag = Arbitraries.of(true, false);
    Arbitrary<Optional<Long>> month =
        Arbitraries.longs().between(UploadPolicy.MIN_MONTH_BYTES, 4L << 20).optional();
    Arbitrary<Optional<Instant>> pause = instants().optional(0.5);
    return Combinators.combine(flag, flag, flag, flag, month, hours().optional(0.7), pause)
        .as((lan, battery, metered, vpn, limit, quiet, end) ->
            UploadPolicy.OFF
                .withLanOnly(lan)
                .withOnBattery(battery)
                .withOnMetered(metered)
                .withOnVpn(vpn)
                .withMonth(limit)
                .withQuietHours(quiet)
                .withPausedUntil(end));
  }

  private static Arbitrary<QuietHours> hours() {
    Arbitrary<Integer> minute = Arbitraries.integers().between(0, 24 * 60 - 1);
    return Combinators.combine(minute, minute)
        .as((from, until) ->
            new QuietHours(
                LocalTime.ofSecondOfDay(from * 60L),
                LocalTime.ofSecondOfDay((from.equals(until) ? (until + 1) % 1440 : until) * 60L)));
  }

  @Provide
  Arbitrary<MachineState> machines() {
    return Combinators.combine(
            Arbitraries.of(MachineState.Power.values()),
            Arbitraries.of(MachineState.Cost.values()),
            Arbitraries.of(MachineState.Path.values()))
        .as(MachineState::new);
  }

  @Provide
  Arbitrary<MonthToDate> months() {
    return Combinators.combine(
            Arbitraries.longs().between(0, 5L << 20), Arbitraries.of(true, false))
        .as((bytes, kept) -> new MonthToDate(YearMonth.of(2026, 3), bytes, kept));
  }

  /** Around both changes of the clocks in Europe, and on other days. */
  @Provide
  Arbitrary<Instant> instants() {
    return Arbitraries.of("2026-03-28T12:00:00Z", "2026-10-24T12:00:00Z", "2026-06-01T00:00:00Z")
        .flatMap(start ->
            Arbitraries.integers()
                .between(0, 60 * 48)
                .map(minutes -> Instant.parse(start).plusSeconds(minutes * 60L)));
  }

  @Provide
  Arbitrary<ZoneId> zones() {
    return Arbitraries.of(
            "Europe/Berlin", "UTC", "America/St_Johns", "Pacific/Kiritimati", "Australia/Lord_Howe")
        .map(ZoneId::of);
  }
}
