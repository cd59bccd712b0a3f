package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.PeerState.Status;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is asked of peers, taken back, and claimed meanwhile. */
class RequestsTest {
  private static final int CHUNKS = 8;
  private static final ContentId ID = Peers.content(CHUNKS);

  private final List<SwarmAction> actions = new ArrayList<>();
  private final ChunkPicker picker = new ChunkPicker(CHUNKS, SwarmLimits.URGENT_CHUNKS);
  private final Requests requests = new Requests(ID, picker, actions);
  private final PeerState first = active(Peers.A);
  private final PeerState second = active(Peers.B);

  @Test
  void aSilentPeerLosesItsClaimsAndStillOwesTheChunks() {
    requests.ask(first, new ChunkRun(0, 4), 0);
    fallSilent(first);

    assertThat(picker.freeCount()).isEqualTo(CHUNKS);
    assertThat(first.outstandingCount()).isEqualTo(4);
    checkInvariant();
  }

  @Test
  void aPeerThatIsHeardAgainKeepsWhatNobodyElseWasAskedForMeanwhile() {
    requests.ask(first, new ChunkRun(0, 4), 0);
    fallSilent(first);
    requests.ask(second, new ChunkRun(1, 1), 0);
    actions.clear();
    first.become(Status.ACTIVE, 1);
    requests.resume(first);

    assertThat(first.outstanding()).containsExactly(0, 2, 3);
    assertThat(actions).containsExactly(new SwarmAction.Cancel(Peers.A, 1, 1));
    assertThat(picker.claims(1)).isEqualTo(1);
    checkInvariant();
  }

  @Test
  void whatFollowsOnEachOtherIsTakenBackInOneMessage() {
    requests.ask(first, new ChunkRun(0, 3), 0);
    requests.ask(first, new ChunkRun(5, 2), 0);
    actions.clear();
    requests.cancel(first, new ChunkRun(0, CHUNKS));

    assertThat(actions)
        .containsExactly(
            new SwarmAction.Cancel(Peers.A, 0, 3), new SwarmAction.Cancel(Peers.A, 5, 2));
    assertThat(picker.totalClaims()).isZero();
    checkInvariant();
  }

  @Test
  void aDroppedPeerIsToldNothingAndOwesNothing() {
    requests.ask(first, new ChunkRun(0, 4), 0);
    actions.clear();
    requests.drop(first);

    assertThat(actions).isEmpty();
    assertThat(first.outstandingCount()).isZero();
    assertThat(requests.isAsked(0)).isFalse();
    checkInvariant();
  }

  private void fallSilent(PeerState state) {
    requests.suspend(state);
    state.become(Status.SILENT, 0);
  }

  private PeerState active(PeerId peer) {
    PeerState state =
        new PeerState(
            new SwarmEvent.PeerJoined(peer, PathEstimate.UNKNOWN, SwarmEvent.Standing.HOLDER, true),
            new Promptness(),
            0);
    state.become(Status.ACTIVE, 0);
    state.addHoldings(ChunkSet.range(0, CHUNKS));
    requests.holds(state);
    return state;
  }

  private void checkInvariant() {
    requests.checkInvariant(List.of(first, second));
    picker.checkInvariant();
  }
}
