package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage.Member;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is told of a crowd's members, and how often. */
class TellingTest {
  private static final long RARELY = SwarmLimits.MIN_TELL_NANOS * SwarmLimits.PROGRESS_TELL_FACTOR;

  private final Roll roll = new Roll(Peers.content(64), Peers.A);
  private final Telling telling = new Telling(roll);

  @Test
  void whoeverIsMetIsToldAtOnceAndNobodyTwice() {
    roll.meet(List.of(Peers.B, Peers.C), List.of());
    look(5);
    assertThat(tell(0)).containsExactly(Peers.B, Peers.C);
    look(5);
    assertThat(tell(1)).isEmpty();
    assertThat(telling.wakeNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void whoComesNextIsToldOfAMomentLater() {
    roll.meet(List.of(Peers.B), List.of());
    look(5);
    tell(0);
    roll.meet(List.of(Peers.B, Peers.C), List.of());
    look(5);
    assertThat(tell(1)).isEmpty();
    assertThat(telling.wakeNanos()).isEqualTo(SwarmLimits.MIN_TELL_NANOS);
    assertThat(tell(SwarmLimits.MIN_TELL_NANOS)).containsExactly(Peers.B, Peers.C);
  }

  @Test
  void progressIsNotToldWhereAllKnowEachOther() {
    roll.meet(List.of(Peers.B), List.of());
    roll.told(Peers.B, List.of(new Member(roll.rank(Peers.B), 0, 5), us(1)));
    look(5);
    tell(0);
    look(4);
    assertThat(tell(RARELY)).isEmpty();
  }

  @Test
  void progressIsToldRarelyToThoseWhoHearItSoonestFromUs() {
    roll.meet(List.of(Peers.B, Peers.C), List.of());
    roll.told(Peers.B, List.of(new Member(roll.rank(Peers.B), 0, 5), us(1), new Member(7, 1, 5)));
    roll.told(Peers.C, List.of(new Member(roll.rank(Peers.C), 0, 5), us(1), new Member(7, 3, 5)));
    look(5);
    tell(0);
    roll.told(Peers.B, List.of(new Member(roll.rank(Peers.B), 0, 5), us(1), new Member(7, 1, 4)));
    look(5);
    assertThat(tell(SwarmLimits.MIN_TELL_NANOS)).isEmpty();
    assertThat(telling.wakeNanos()).isEqualTo(RARELY);
    assertThat(tell(RARELY)).containsExactly(Peers.C);
  }

  @Test
  void whoComesBackAfterNobodyWasThereIsToldAnew() {
    roll.meet(List.of(Peers.B), List.of());
    look(5);
    tell(0);
    roll.meet(List.of(), List.of());
    telling.forgetAll();
    roll.meet(List.of(Peers.B), List.of());
    look(5);
    assertThat(tell(RARELY)).containsExactly(Peers.B);
  }

  private Member us(int hops) {
    return new Member(roll.self(), hops, 5);
  }

  private void look(int left) {
    telling.note(roll.gather(left, member -> false, fellow -> true));
  }

  private List<PeerId> tell(long nowNanos) {
    List<SwarmAction> actions = new ArrayList<>();
    telling.tell(nowNanos, actions);
    return actions.stream().map(action -> ((SwarmAction.Tell) action).peer()).toList();
  }
}
