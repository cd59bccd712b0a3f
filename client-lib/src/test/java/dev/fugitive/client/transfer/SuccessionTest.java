package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Who is passed over, and whose word is doubted. */
class SuccessionTest {
  private static final long SECOND = 1_000_000_000;
  private static final long MEMBER = 7;
  private static final int CHUNKS = 64;

  private final Succession succession = new Succession();

  @Test
  void aFellowThatStaysSilentIsPassedOverForAWhileAndNobodyIsDoubted() {
    Roll.Standing fellow = new Roll.Standing(1, 5, Peers.B);
    check(fellow, 3, 0);
    check(fellow, 3, SwarmLimits.MIN_SUCCESSION_NANOS - 1);
    assertThat(isPassedOver(SwarmLimits.MIN_SUCCESSION_NANOS)).isFalse();
    check(fellow, 3, SwarmLimits.MIN_SUCCESSION_NANOS);
    long until = SwarmLimits.MIN_SUCCESSION_NANOS + SwarmLimits.PASSED_OVER_NANOS;
    assertThat(isPassedOver(until - 1)).isTrue();
    assertThat(isPassedOver(until)).isFalse();
    assertThat(succession.isTrusted(Peers.B, SwarmLimits.MIN_SUCCESSION_NANOS)).isTrue();
  }

  /** What others read meanwhile is not its own. */
  @Test
  void whoIsMissedHasBroughtNothing() {
    check(far(9), 3, 0);
    succession.missed(MEMBER, SECOND);
    assertThat(isPassedOver(SECOND)).isFalse();
    check(far(9), 5, 2 * SECOND);
    long limit =
        2 * SECOND + SwarmLimits.MIN_SUCCESSION_NANOS + 2 * SwarmLimits.SUCCESSION_HOP_NANOS;
    check(far(8), 5, limit);
    assertThat(isPassedOver(limit)).as("as one that never brought anything").isTrue();
  }

  @Test
  void whoIsMissedAgainIsPassedOverHoweverSoonItIsBack() {
    check(far(9), 3, 0);
    succession.missed(MEMBER, SECOND);
    succession.missed(MEMBER, 2 * SECOND);
    long until = 2 * SECOND + SwarmLimits.PASSED_OVER_NANOS;
    assertThat(isPassedOver(until - 1)).isTrue();
    assertThat(isPassedOver(until)).isFalse();
    succession.missed(MEMBER, until);
    assertThat(isPassedOver(until + 2 * SwarmLimits.PASSED_OVER_NANOS - 1)).isTrue();
  }

  @Test
  void whoIsFartherIsWaitedForLonger() {
    check(far(5), 3, 0);
    check(far(5), 3, SwarmLimits.MIN_SUCCESSION_NANOS);
    assertThat(isPassedOver(SwarmLimits.MIN_SUCCESSION_NANOS)).isFalse();
    long later = SwarmLimits.MIN_SUCCESSION_NANOS + 2 * SwarmLimits.SUCCESSION_HOP_NANOS;
    check(far(5), 3, later);
    assertThat(isPassedOver(later)).isTrue();
  }

  @Test
  void whoToldOfOneThatNeverBroughtAnythingIsDoubtedWhateverThatOneSaid() {
    for (int tenth = 0; tenth < 31; tenth++) {
      check(far(tenth), 3, tenth * SECOND / 10);
    }
    assertThat(isPassedOver(3 * SECOND)).isTrue();
    assertThat(succession.isTrusted(Peers.B, 3 * SECOND)).isFalse();
    assertThat(succession.isTrusted(Peers.B, 3 * SECOND + SwarmLimits.PASSED_OVER_NANOS)).isTrue();
  }

  @Test
  void whoHasBroughtSomethingIsBelievedThatItReadsOnButNotForEver() {
    check(far(9), 0, 0);
    long brought = SECOND;
    check(far(8), 3, brought);
    long limit = brought + SwarmLimits.MAX_SUCCESSION_NANOS + 2 * SwarmLimits.SUCCESSION_HOP_NANOS;
    int left = 8;
    for (long now = brought; now < limit; now += SECOND) {
      check(far(left++), 3, now);
      assertThat(isPassedOver(now)).isFalse();
    }
    check(far(left), 3, limit);
    assertThat(isPassedOver(limit)).isTrue();
    assertThat(succession.isTrusted(Peers.B, limit)).isTrue();
  }

  @Test
  void whoTellsOfEverNewMembersIsDoubted() {
    for (int member = 0; member < SwarmLimits.MAX_UNPROVEN_MEMBERS; member++) {
      succession.check(account(member, far(1), 3), chunk -> false, 0, 0);
    }
    assertThat(succession.isTrusted(Peers.B, 0)).isTrue();
    succession.check(account(1_000, far(1), 3), chunk -> false, 0, 0);
    assertThat(succession.isTrusted(Peers.B, 0)).isFalse();
    assertThat(succession.isTrusted(Peers.C, 0)).isTrue();
  }

  @Test
  void whereMembersTakeLongToBringWhatTheyOweTheOthersAreWaitedForAsLong() {
    Roll.Standing fellow = new Roll.Standing(1, 5, Peers.B);
    long took = 2 * SECOND;
    for (int brought = 0; brought < 3; brought++) {
      check(fellow, 0, brought * took);
      check(fellow, 1, brought * took + took - 1);
    }
    long since = 10 * SECOND;
    check(fellow, 2, since);
    check(fellow, 2, since + 2 * SwarmLimits.MIN_SUCCESSION_NANOS);
    assertThat(isPassedOver(since + 2 * SwarmLimits.MIN_SUCCESSION_NANOS)).isFalse();
    check(fellow, 2, since + SwarmLimits.MAX_SUCCESSION_NANOS);
    assertThat(isPassedOver(since + SwarmLimits.MAX_SUCCESSION_NANOS)).isTrue();
  }

  @Test
  void aDebtAndADoubtAreForgottenByTimeAlone() {
    check(far(1), 3, 0);
    succession.forgetOld(SECOND);
    check(far(2), 3, 4 * SECOND);
    assertThat(isPassedOver(4 * SECOND)).as("it owed it all the time").isTrue();
    long later = 4 * SECOND + SwarmLimits.PASSED_OVER_NANOS;
    succession.forgetOld(later);
    check(far(2), 3, later);
    check(far(2), 3, later + 4 * SECOND);
    long doubled = later + 4 * SECOND + 2 * SwarmLimits.PASSED_OVER_NANOS;
    assertThat(succession.isTrusted(Peers.B, doubled - 1)).isFalse();
    long forgotten = doubled + SwarmLimits.MEMORY_NANOS;
    succession.forgetOld(forgotten);
    check(far(2), 3, forgotten);
    check(far(2), 3, forgotten + 4 * SECOND);
    assertThat(isPassedOver(forgotten + 4 * SECOND + SwarmLimits.PASSED_OVER_NANOS)).isFalse();
  }

  @Test
  void whoOwesNothingIsNotPassedOver() {
    for (int second = 0; second < 60; second++) {
      Succession.Account nothing = new Succession.Account(MEMBER, far(0), CHUNKS, false);
      succession.check(nothing, chunk -> false, 0, second * SECOND);
      assertThat(isPassedOver(second * SECOND)).isFalse();
    }
  }

  private static Roll.Standing far(int leftChunks) {
    return new Roll.Standing(3, leftChunks, Peers.B);
  }

  /** Of the chunks the first alone is there. */
  private void check(Roll.Standing standing, int owed, long nowNanos) {
    succession.check(account(MEMBER, standing, owed), chunk -> chunk == 0, 0, nowNanos);
  }

  private static Succession.Account account(long member, Roll.Standing standing, int owed) {
    return new Succession.Account(member, standing, owed, true);
  }

  private boolean isPassedOver(long nowNanos) {
    return succession.isPassedOver(MEMBER, nowNanos);
  }
}
