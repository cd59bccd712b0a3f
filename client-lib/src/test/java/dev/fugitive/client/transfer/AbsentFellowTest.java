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
  private static final SwarmAction PROBE = new SwarmAction.Probe(A);
  private static final SwarmAction ASK_OTHER = SwarmScript.request(B, 0, 4);

  private final SwarmScript script = SwarmScript.withoutOrigin(4);

  /** Two fellows hold the same four chunks, and one of them was asked for them. */
  @BeforeEach
  void askOne() {
    meet(A);
    script.on(SwarmScript.has(A, 0, 4));
    meet(B);
    script.on(SwarmScript.has(B, 0, 4));
    assertThat(script.take()).contains(SwarmScript.request(A, 0, 4)).doesNotContain(ASK_OTHER);
  }

  private void meet(PeerId peer) {
    script.on(new PeerJoined(peer, SwarmScript.LAN, Standing.FELLOW, true));
    script.on(SwarmScript.has(peer, 0, 0), new PeerReads(peer, true));
  }

  @Test
  void whatItWasAskedForIsAskedOfAnotherWhenItDoesNotAnswer() {
    script.after(QUIET_MILLIS - 1);
    assertThat(script.take()).doesNotContain(PROBE);
    script.after(1);
    assertThat(script.take()).contains(PROBE);
    script.on(new PeerAnswers(B));
    script.after(PATIENCE_MILLIS - 1);
    assertThat(script.take()).doesNotContain(ASK_OTHER);
    script.after(1);
    assertThat(script.take()).contains(ASK_OTHER);
  }

  @Test
  void whoAnswersIsGivenTheTimeThatSlowOnesHave() {
    script.after(QUIET_MILLIS).on(new PeerAnswers(A)).after(PATIENCE_MILLIS);
    assertThat(script.take()).contains(PROBE).doesNotContain(ASK_OTHER);
  }

  /** Otherwise who withholds what it was asked for would be asked again whenever it spoke. */
  @Test
  void whoIsBackIsNotCountedOnUntilAChunkComes() {
    script.after(QUIET_MILLIS + PATIENCE_MILLIS).take();
    script.on(new PeerAnswers(A), SwarmScript.has(A, 0, 8));
    assertThat(script.take()).noneMatch(AbsentFellowTest::asksA);
  }

  private static boolean asksA(SwarmAction action) {
    return action instanceof SwarmAction.Request request && request.peer().equals(A);
  }
}
