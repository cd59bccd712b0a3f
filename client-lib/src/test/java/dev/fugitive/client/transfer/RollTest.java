package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage.Member;
import dev.fugitive.client.wire.WireLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Who is known to be in a crowd, and how it goes around. */
class RollTest {
  private static final int CHUNKS = 64;

  @Test
  void whoIsToldOfIsOneLinkFartherThanFromTheTeller() {
    Roll roll = met(Peers.B);
    roll.told(Peers.B, List.of(itself(roll, Peers.B), new Member(7, 1, 12)));
    assertThat(gather(roll)).isTrue();
    assertThat(roll.known().get(7L)).isEqualTo(new Roll.Standing(2, 12, Peers.B));
    assertThat(hops(roll, roll.self())).isZero();
    assertThat(hops(roll, roll.rank(Peers.B))).isEqualTo(1);
    assertThat(gather(roll)).isFalse();
  }

  @Test
  void whatIsToldAMomentBeforeItsTellerIsAFellowCountsFromThenOn() {
    Roll roll = met(Peers.C);
    roll.told(Peers.B, List.of(itself(roll, Peers.B), new Member(7, 1, 12)));
    gather(roll);
    assertThat(roll.known()).doesNotContainKey(7L);
    roll.meet(List.of(Peers.B, Peers.C), List.of());
    gather(roll);
    assertThat(roll.known()).containsKey(7L);
    roll.meet(List.of(Peers.C), List.of());
    roll.meet(List.of(Peers.B, Peers.C), List.of());
    gather(roll);
    assertThat(roll.known()).doesNotContainKey(7L);
  }

  @Test
  void theShortestWayIsTaken() {
    Roll roll = met(Peers.B, Peers.C);
    roll.told(Peers.B, List.of(itself(roll, Peers.B), new Member(7, 3, 1)));
    roll.told(Peers.C, List.of(itself(roll, Peers.C), new Member(7, 1, 2)));
    gather(roll);
    assertThat(roll.known().get(7L)).isEqualTo(new Roll.Standing(2, 2, Peers.C));
  }

  @Test
  void whoIsNoLongerToldOfIsGone() {
    Roll roll = met(Peers.B);
    roll.told(Peers.B, List.of(itself(roll, Peers.B), new Member(7, 1, 12)));
    gather(roll);
    roll.told(Peers.B, List.of(itself(roll, Peers.B)));
    assertThat(gather(roll)).isTrue();
    assertThat(roll.known()).doesNotContainKey(7L);
  }

  /** Others may not have missed it yet. */
  @Test
  void whoIsMissedIsNoMemberWhoeverTellsOfIt() {
    Roll roll = met(Peers.B, Peers.C);
    long missed = roll.rank(Peers.B);
    roll.told(Peers.C, List.of(itself(roll, Peers.C), new Member(missed, 1, 0)));
    roll.meet(List.of(Peers.C), List.of(Peers.B));
    assertThat(gather(roll)).isTrue();
    assertThat(roll.known()).doesNotContainKey(missed);
    assertThat(roll.absent()).containsExactly(missed);

    roll.meet(List.of(Peers.C), List.of());
    gather(roll);
    assertThat(hops(roll, missed)).as("it is gone for us alone").isEqualTo(2);
  }

  /** It does not know that it was missed, and so does not tell again. */
  @Test
  void whatOneThatIsBackHasToldStillCounts() {
    Roll roll = met(Peers.B);
    roll.told(Peers.B, List.of(new Member(7, 1, 12)));
    roll.meet(List.of(), List.of(Peers.B));
    gather(roll);
    assertThat(roll.known()).containsOnlyKeys(roll.self());

    roll.meet(List.of(Peers.B), List.of());
    gather(roll);
    assertThat(roll.known()).as("it reads nothing itself").containsOnlyKeys(roll.self(), 7L);

    roll.meet(List.of(), List.of(Peers.B));
    roll.meet(List.of(), List.of());
    roll.meet(List.of(Peers.B), List.of());
    gather(roll);
    assertThat(roll.known()).containsOnlyKeys(roll.self(), roll.rank(Peers.B));
  }

  @Test
  void twoThatTellEachOtherOfOneWhoIsGoneStopAtTheLongestWay() {
    Roll here = met(Peers.B);
    Roll there = new Roll(Peers.content(CHUNKS), Peers.B);
    there.meet(List.of(Peers.A), List.of());
    there.told(Peers.A, List.of(itself(there, Peers.A), new Member(7, 1, 0)));
    gather(there);
    int rounds = 0;
    while (here.known().containsKey(7L) || there.known().containsKey(7L)) {
      here.told(Peers.B, there.toTell());
      gather(here);
      there.told(Peers.A, here.toTell());
      gather(there);
      assertThat(++rounds).isLessThanOrEqualTo(WireLimits.MAX_MEMBER_HOPS);
    }
    assertThat(rounds).isPositive();
  }

  @Test
  void aFellowThatReadsNothingFromTheOriginIsNoMember() {
    Roll roll = met(Peers.B, Peers.C);
    roll.told(Peers.B, List.of());
    gather(roll);
    assertThat(roll.known()).containsOnlyKeys(roll.self(), roll.rank(Peers.C));
    assertThat(roll.gather(-1, member -> false, fellow -> true)).isTrue();
    assertThat(roll.known()).containsOnlyKeys(roll.rank(Peers.C));
  }

  @Test
  void noFellowSpeaksForUsOrAsSomebodyElseWhoIsOurFellow() {
    Roll roll = met(Peers.B, Peers.C);
    long other = roll.rank(Peers.C);
    roll.told(
        Peers.B,
        List.of(
            new Member(other, 0, 99), new Member(roll.self(), 1, 99), new Member(other, 1, 99)));
    gather(roll);
    assertThat(roll.known().get(other)).isEqualTo(new Roll.Standing(1, 0, Peers.C));
    assertThat(hops(roll, roll.self())).isZero();
  }

  @Test
  void whoIsPassedOverOrToldOfByOneWhoIsNotTrustedIsLeftOut() {
    Roll roll = met(Peers.B, Peers.C);
    roll.told(Peers.B, List.of(itself(roll, Peers.B), new Member(7, 1, 1)));
    roll.told(Peers.C, List.of(itself(roll, Peers.C), new Member(8, 1, 1)));
    roll.gather(0, member -> member == 8, fellow -> !fellow.equals(Peers.B));
    assertThat(roll.known()).containsOnlyKeys(roll.self(), roll.rank(Peers.B), roll.rank(Peers.C));
  }

  @Test
  void ofManyTheLeastAreKeptAndTold() {
    Roll roll = met(Peers.B);
    roll.told(Peers.B, LongStream.range(0, 32).mapToObj(at -> new Member(at * 7, 1, 1)).toList());
    gather(roll);
    assertThat(roll.toTell()).hasSize(WireLimits.MAX_MEMBERS);
    assertThat(List.copyOf(roll.known().keySet())).isSorted();
  }

  /** In any connected graph all come to know the same members, in as many rounds as it is wide. */
  @Property(tries = 50, seed = "2026")
  void allComeToKnowTheSameMembers(@ForAll @IntRange(min = 2, max = 60) int nodes) {
    SplittableRandom random = new SplittableRandom(nodes);
    List<PeerId> names = new ArrayList<>();
    List<Roll> rolls = new ArrayList<>();
    List<TreeSet<Integer>> links = new ArrayList<>();
    for (int node = 0; node < nodes; node++) {
      names.add(Peers.named(node + 1));
      rolls.add(new Roll(Peers.content(CHUNKS), names.get(node)));
      links.add(new TreeSet<>());
      for (int link = 0; link < 3 && node > 0; link++) {
        int other = random.nextInt(node);
        links.get(node).add(other);
        links.get(other).add(node);
      }
    }
    for (int node = 0; node < nodes; node++) {
      rolls.get(node).meet(links.get(node).stream().map(names::get).toList(), List.of());
    }
    for (int round = 0; round < WireLimits.MAX_MEMBER_HOPS; round++) {
      rolls.forEach(RollTest::gather);
      for (int node = 0; node < nodes; node++) {
        PeerId name = names.get(node);
        List<Member> told = rolls.get(node).toTell();
        links.get(node).forEach(other -> rolls.get(other).told(name, told));
      }
    }
    TreeSet<Long> all = new TreeSet<>();
    rolls.forEach(roll -> all.add(roll.self()));
    while (all.size() > WireLimits.MAX_MEMBERS) {
      all.pollLast();
    }
    for (Roll roll : rolls) {
      gather(roll);
      assertThat(roll.known().keySet()).containsExactlyElementsOf(all);
    }
  }

  private static int hops(Roll roll, long rank) {
    return Objects.requireNonNull(roll.known().get(rank)).hops();
  }

  private static Roll met(PeerId... fellows) {
    Roll roll = new Roll(Peers.content(CHUNKS), Peers.A);
    roll.meet(List.of(fellows), List.of());
    return roll;
  }

  private static Member itself(Roll roll, PeerId fellow) {
    return new Member(roll.rank(fellow), 0, 0);
  }

  private static boolean gather(Roll roll) {
    return roll.gather(0, member -> false, fellow -> true);
  }
}
