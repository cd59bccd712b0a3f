package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.SwarmEvent.PeerAnswers;
import dev.fugitive.client.transfer.SwarmEvent.PeerJoined;
import dev.fugitive.client.transfer.SwarmEvent.PeerReads;
import dev.fugitive.client.transfer.SwarmEvent.Standing;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A fellow that is not there any more is found out by a question, not by what it owes. */
class AbsentFellowTest {
  private static final PeerId A = Peers.A;
  private static final PeerId B = Peers.B;
  private static final long QUIET_MILLIS = SwarmLimits.QUIET_NANOS / 1_000_000;
  private static final long PATIENCE_MILLIS = SwarmLimits.PROBE_PATIENCE_NANOS / 1_000_000;
  private static final long SPEAKING_MILLIS = 400;
  private static final SwarmAction ASK_OTHER = SwarmScript.request(B, 4, 4);

  /** So long chunks take: whoever gives none is silent after twice that. */
  private static final long SLOW_MILLIS = 1_900;

  private final SwarmScript script = SwarmScript.withoutOrigin(8);

  /** Two fellows hold the same, one of them was asked for it, and is slow. */
  @BeforeEach
  void askASlowOne() {
    meet(A, script);
    script.on(SwarmScript.has(A, 0, 8));
    meet(B, script);
    script.on(SwarmScript.has(B, 0, 8)).after(SLOW_MILLIS);
    script.on(SwarmScript.arrived(A, 0, 4), new PeerAnswers(B)).take();
  }

  private static void meet(PeerId peer, SwarmScript script) {
    script.on(new PeerJoined(peer, SwarmScript.LAN, Standing.FELLOW, true));
    script.on(SwarmScript.has(peer, 0, 0), new PeerReads(peer, true));
  }

  @Test
  void whatItWasAskedForIsAskedOfAnotherWhenItDoesNotAnswer() {
    assertThat(askedOtherWithin(2 * SLOW_MILLIS - 1, false, true)).isTrue();
  }

  @Test
  void whoAnswersIsGivenTheTimeThatSlowOnesHave() {
    assertThat(askedOtherWithin(2 * SLOW_MILLIS - 1, true, true)).isFalse();
    assertThat(askedOtherWithin(1, true, true)).isTrue();
  }

  @Test
  void whereNobodySpeaksItIsRatherWeWhoAreCutOff() {
    assertThat(askedOtherWithin(2 * SLOW_MILLIS - 1, false, false)).isFalse();
  }

  @Test
  void whoIsBackKeepsWhatItWasAskedFor() {
    assertThat(askedOtherWithin(2 * SLOW_MILLIS - 1, false, true)).isTrue();
    script.on(new PeerAnswers(A), new SwarmEvent.PeerLeft(B, "gone")).take();
    script.on(SwarmScript.arrived(A, 4, 4));
    assertThat(script.take()).contains(SwarmScript.finished());
  }

  /** Time passes, in which each says something now and then or does not. */
  private boolean askedOtherWithin(long millis, boolean aSpeaks, boolean bSpeaks) {
    for (long passed = 0; passed < millis; passed += SPEAKING_MILLIS) {
      script.after(Math.min(SPEAKING_MILLIS, millis - passed));
      script.on(aSpeaks ? new PeerAnswers(A) : new SwarmEvent.Tick());
      script.on(bSpeaks ? new PeerAnswers(B) : new SwarmEvent.Tick());
    }
    return script.take().contains(ASK_OTHER);
  }

  /** Or a fellow that nobody ever had a reason to ask would be out for saying little. */
  @Test
  void whoOwesNothingIsNotGivenUpHoweverOftenItIsAbsent() {
    SwarmScript idle = SwarmScript.withoutOrigin(4);
    meet(A, idle);
    meet(B, idle);
    idle.take();
    for (int time = 0; time < SwarmLimits.MAX_SILENCES + 2; time++) {
      idle.on(new PeerAnswers(A)).after(QUIET_MILLIS).on(new PeerAnswers(A)).after(PATIENCE_MILLIS);
      idle.on(new PeerAnswers(A), new PeerAnswers(B));
    }
    assertThat(idle.take()).contains(new SwarmAction.Probe(B)).doesNotContain(SwarmScript.close(B));
    idle.on(SwarmScript.has(B, 0, 4));
    assertThat(idle.take()).contains(SwarmScript.request(B, 0, 4));
  }
}
