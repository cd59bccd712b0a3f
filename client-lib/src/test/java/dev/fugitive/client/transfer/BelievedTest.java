package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Who has not given the first chunk it was asked for is not taken to have what it says. */
class BelievedTest {
  private static final int CHUNKS = 128;
  private static final long MILLI = 1_000_000;
  private static final PeerId SLOW = Peers.named(1);
  private static final PeerId DOUBTED = Peers.named(2);
  private static final PeerId GOOD = Peers.named(3);

  private final ContentId id = Peers.content(CHUNKS);
  private final List<SwarmAction> actions = new ArrayList<>();
  private final ChunkPicker picker = new ChunkPicker(CHUNKS, SwarmLimits.URGENT_CHUNKS);
  private final Requests requests = new Requests(id, picker, actions);
  private final Holders holders = new Holders(id, requests, actions);

  @Test
  void itIsNoSecondSource() {
    join(SLOW, 20_000, true);
    join(GOOD, 100_000, true);
    join(DOUBTED, 0, false);
    hold(SLOW, GOOD, DOUBTED);
    requests.ask(state(DOUBTED), new ChunkRun(100, 1), 0);
    holders.expire(2001 * MILLI);
    picker.markHere(100);
    holders.cancelElsewhere(new ChunkRun(100, 1));
    holders.expire(3100 * MILLI);
    assertThat(state(DOUBTED).status()).isEqualTo(PeerState.Status.ACTIVE);
    requests.ask(state(SLOW), new ChunkRun(0, 4), 3100 * MILLI);
    actions.clear();

    new Duplicates(picker, requests, new WasteBudget())
        .hedge(0, holders.activeBySpeed(), 4000 * MILLI);

    assertThat(actions).containsExactly(new SwarmAction.Request(GOOD, 0, 4));
  }

  @Test
  void itIsDoubtedStillWhenItFetchesTheContentToo() {
    join(DOUBTED, 0, false);
    hold(DOUBTED);
    requests.ask(state(DOUBTED), new ChunkRun(100, 1), 0);
    holders.refused(DOUBTED, RefusalReason.DONT_HAVE, 0, 1000 * MILLI);
    holders.reads(DOUBTED, true, 1000 * MILLI);
    assertThat(state(DOUBTED).isBelieved()).isFalse();
  }

  @Test
  void itIsDoubtedStillWhenItComesBack() {
    join(DOUBTED, 0, false);
    hold(DOUBTED);
    requests.ask(state(DOUBTED), new ChunkRun(100, 1), 0);
    holders.expire(2001 * MILLI);
    holders.left(DOUBTED, "closed", 2002 * MILLI);
    join(DOUBTED, 0, false);
    assertThat(state(DOUBTED).isBelieved()).isFalse();
  }

  /** A small content is asked for before anybody has said to hold it. */
  @Test
  void whoRefusesWhatItNeverClaimedIsBelieved() {
    ContentId small = Peers.content(4);
    Requests smallRequests = new Requests(small, new ChunkPicker(4, 4), actions);
    Holders smallHolders = new Holders(small, smallRequests, actions);
    smallHolders.join(joined(GOOD, 0, false), 0);
    smallHolders.open(1, 0);
    PeerState state = Objects.requireNonNull(smallHolders.find(GOOD));
    smallRequests.ask(state, new ChunkRun(0, 1), 0);
    smallHolders.refused(GOOD, RefusalReason.BUSY, 100 * MILLI, 30 * MILLI);
    assertThat(state.isBelieved()).isTrue();
  }

  private static SwarmEvent.PeerJoined joined(PeerId peer, double bytesPerSecond, boolean proven) {
    return new SwarmEvent.PeerJoined(
        peer, new PathEstimate(bytesPerSecond, 20 * MILLI), SwarmEvent.Standing.HOLDER, proven);
  }

  private void join(PeerId peer, double bytesPerSecond, boolean proven) {
    holders.join(joined(peer, bytesPerSecond, proven), 0);
  }

  private void hold(PeerId... peers) {
    holders.open(peers.length, 0);
    for (PeerId peer : peers) {
      holders.has(peer, ChunkSet.range(0, CHUNKS), 0);
    }
  }

  private PeerState state(PeerId peer) {
    return Objects.requireNonNull(holders.find(peer), "a peer of this test");
  }
}
