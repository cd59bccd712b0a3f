package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ContentId;
import okio.ByteString;
import org.junit.jupiter.api.Test;

/** When a peer counts as silent. */
class PeerStateTest {
  private static final long MILLI = 1_000_000;

  private final ContentId id =
      new ContentId(ByteString.encodeUtf8("awaited").sha256(), 64L * ContentId.CHUNK_BYTES);
  private final PeerState peer =
      new PeerState(
          new SwarmEvent.PeerJoined(
              Peers.A, PathEstimate.UNKNOWN, SwarmEvent.Standing.HOLDER, true),
          new Promptness(),
          0);
  private long nowNanos;

  @Test
  void aPromptOneIsWaitedForFourTimesAsLongAsUsual() {
    givesAFrameIn(200 * MILLI);
    assertThat(patienceNanos()).isEqualTo(800 * MILLI);
  }

  /** Where many share an uplink, some seconds for a frame are usual. */
  @Test
  void aSlowOneIsWaitedForTwiceAsLongAsUsual() {
    givesAFrameIn(1500 * MILLI);
    assertThat(patienceNanos()).isEqualTo(3000 * MILLI);
    givesAFrameIn(6000 * MILLI);
    assertThat(patienceNanos()).as("at most").isEqualTo(8000 * MILLI);
  }

  @Test
  void oneThatHasGivenNothingIsWaitedForTwoSeconds() {
    assertThat(patienceNanos()).isEqualTo(2000 * MILLI);
  }

  @Test
  void oneThatIsSilentAgainAndAgainIsTriedAfterEightSecondsAtMost() {
    for (int silences = 0; silences < 100; silences++) {
      boolean ignored = peer.countSilence();
      assertThat(peer.silenceEndsNanos()).isBetween(1000 * MILLI, 8000 * MILLI);
    }
    assertThat(peer.silenceEndsNanos()).isEqualTo(8000 * MILLI);
  }

  private void givesAFrameIn(long nanos) {
    peer.ask(id, new ChunkRun(0, 4), nowNanos);
    nowNanos += nanos;
    peer.arrived(id, new ChunkRun(0, 4), nowNanos);
  }

  /** How long it may give nothing of what it is asked for now. */
  private long patienceNanos() {
    peer.ask(id, new ChunkRun(4, 4), nowNanos);
    long patience = peer.silentAtNanos() - nowNanos;
    peer.arrived(id, new ChunkRun(4, 4), nowNanos);
    return patience;
  }
}
