package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.peer.PeerId;
import java.util.ArrayList;
import java.util.List;
import okio.ByteString;
import org.junit.jupiter.api.Test;

/** What is asked of a second peer, and when. */
class DuplicatesTest {
  private static final int CHUNKS = 128;
  private static final long MILLI = 1_000_000;
  private static final PeerId SLOW = Peers.named(1);
  private static final PeerId FAST = Peers.named(2);

  private final ContentId id =
      new ContentId(ByteString.encodeUtf8("raced").sha256(), (long) CHUNKS * ContentId.CHUNK_BYTES);
  private final List<SwarmAction> actions = new ArrayList<>();
  private final ChunkPicker picker = new ChunkPicker(CHUNKS, SwarmLimits.URGENT_CHUNKS);
  private final Requests requests = new Requests(id, picker, actions);
  private final Holders holders = new Holders(id, requests, actions);
  private final Duplicates duplicates = new Duplicates(picker, requests, new WasteBudget());

  /** What is asked twice while much is missing everywhere is taken from somebody else's time. */
  @Test
  void theEndgameBeginsWithTheLastSixteenthOfAShortContent() {
    join(SLOW, 10_000);
    join(FAST, 10_000_000);
    bring(CHUNKS - 12);
    askForTheRestOf(SLOW);
    duplicates.endgame(0, holders.activeBySpeed(), 10 * MILLI);
    assertThat(requestsTo(FAST)).isZero();
    bring(CHUNKS - 8);
    duplicates.endgame(0, holders.activeBySpeed(), 10 * MILLI);
    assertThat(requestsTo(FAST)).isPositive();
  }

  private void join(PeerId peer, double bytesPerSecond) {
    PathEstimate path = new PathEstimate(bytesPerSecond, 20 * MILLI);
    holders.join(new SwarmEvent.PeerJoined(peer, path, SwarmEvent.Standing.HOLDER, true), 0);
    holders.open(2, 0);
    holders.has(peer, ChunkSet.range(0, CHUNKS), 0);
  }

  /** The first ones are here now. */
  private void bring(int count) {
    for (int chunk = 0; chunk < count; chunk++) {
      picker.markHere(chunk);
    }
    holders.cancelElsewhere(new ChunkRun(0, count));
  }

  private void askForTheRestOf(PeerId peer) {
    PeerState state = holders.find(peer);
    assertThat(state).isNotNull();
    for (int chunk = picker.nextFree(0); chunk < CHUNKS; chunk = picker.nextFree(chunk)) {
      requests.ask(state, new ChunkRun(chunk, 1), 0);
    }
  }

  private long requestsTo(PeerId peer) {
    return actions.stream()
        .filter(action -> action instanceof SwarmAction.Request to && to.peer().equals(peer))
        .count();
  }
}
