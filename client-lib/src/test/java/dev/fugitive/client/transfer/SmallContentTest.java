package dev.fugitive.client.transfer;

import static dev.fugitive.client.transfer.SwarmScript.arrived;
import static dev.fugitive.client.transfer.SwarmScript.cancel;
import static dev.fugitive.client.transfer.SwarmScript.close;
import static dev.fugitive.client.transfer.SwarmScript.finished;
import static dev.fugitive.client.transfer.SwarmScript.has;
import static dev.fugitive.client.transfer.SwarmScript.joined;
import static dev.fugitive.client.transfer.SwarmScript.ofLength;
import static dev.fugitive.client.transfer.SwarmScript.open;
import static dev.fugitive.client.transfer.SwarmScript.refused;
import static dev.fugitive.client.transfer.SwarmScript.request;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.SwarmEvent.PeerJoined;
import dev.fugitive.client.transfer.SwarmEvent.PeerReads;
import dev.fugitive.client.transfer.SwarmEvent.Standing;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import org.junit.jupiter.api.Test;

/** What is small is asked for with the first word, and of one peer. */
class SmallContentTest {
  private static final PeerId A = Peers.named(1);
  private static final PeerId B = Peers.named(2);
  private static final long EIGHT_CHUNKS = 8 * 16384L;

  @Test
  void aSmallContentIsAskedForWithItsOpen() {
    ofLength(EIGHT_CHUNKS, true)
        .on(joined(A))
        .expect(open(A), request(A, 0, 4), request(A, 4, 4))
        .on(has(A, 0, 8), arrived(A, 0, 4), arrived(A, 4, 4))
        .expect(close(A), finished());
  }

  @Test
  void aLongerOneIsAskedForWhenThePeerHasSaidWhatItHolds() {
    ofLength(EIGHT_CHUNKS + 1, true).on(joined(A)).expect(open(A));
  }

  @Test
  void whoSendsAlreadyIsTakenBeforeWhoIsNearer() {
    ofLength(16384, true)
        .on(joined(A), new PeerJoined(B, new PathEstimate(1e6, 90_000_000), Standing.SENDER, true))
        .expect(open(B), request(B, 0, 1));
  }

  @Test
  void anotherIsAskedWhenTheReaderHasWaited() {
    ofLength(16384, true)
        .on(joined(A), joined(B))
        .expect(open(A), request(A, 0, 1))
        .after(199)
        .expectNothing()
        .after(2)
        .expect(open(B), request(B, 0, 1));
  }

  @Test
  void whatIsNotThereIsAskedOfAnother() {
    ofLength(EIGHT_CHUNKS, false)
        .on(joined(A), joined(B))
        .expect(open(A), request(A, 0, 4), request(A, 4, 4))
        .on(has(A, 0, 4))
        .expect(cancel(A, 4, 4), open(B), request(B, 4, 4));
  }

  @Test
  void aRefusalCostsNothingButItself() {
    ofLength(16384, true)
        .on(joined(A), joined(B))
        .expect(open(A), request(A, 0, 1))
        .on(refused(A, RefusalReason.BUSY, 1_000))
        .expect(open(B), request(B, 0, 1));
  }

  @Test
  void whoNeverAnswersIsNotWaitedForByTheOrigin() {
    ofLength(16384, true)
        .on(joined(A))
        .expect(open(A), request(A, 0, 1))
        .after(999)
        .expectNothing()
        .after(2)
        .expect(new SwarmAction.OpenOrigin(1, 0, 1));
  }

  @Test
  void whoHasNeverGivenAnythingIsAskedForOneChunk() {
    ofLength(EIGHT_CHUNKS, true)
        .on(new PeerJoined(A, PathEstimate.UNKNOWN, Standing.HOLDER, false))
        .expect(open(A), request(A, 0, 1))
        .on(has(A, 0, 8), arrived(A, 0, 1))
        .expect(request(A, 1, 3), request(A, 4, 4));
  }

  @Test
  void whoFetchesItTooIsAskedForNothingBeforeItHasSaidWhatItHolds() {
    ofLength(EIGHT_CHUNKS, false)
        .on(new PeerJoined(A, PathEstimate.UNKNOWN, Standing.RELAY, true), new PeerReads(A, true))
        .expect(open(A))
        .on(has(A, 0, 1))
        .expectAmong(request(A, 0, 1));
  }
}
