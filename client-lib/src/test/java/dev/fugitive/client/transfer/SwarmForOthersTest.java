package dev.fugitive.client.transfer;

import static dev.fugitive.client.transfer.SwarmScript.close;
import static dev.fugitive.client.transfer.SwarmScript.has;
import static dev.fugitive.client.transfer.SwarmScript.joined;
import static dev.fugitive.client.transfer.SwarmScript.open;
import static dev.fugitive.client.transfer.SwarmScript.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.client.peer.PeerId;
import org.junit.jupiter.api.Test;

/** A swarm that fetches for a peer, and one that leaves a relay for a link of its own. */
class SwarmForOthersTest {
  private static final PeerId ALICE = Peers.named(1);
  private static final PeerId BOB = Peers.named(2);

  @Test
  void nothingIsAskedForButWhatIsWanted() {
    SwarmScript.withoutOrigin(64)
        .on(new SwarmEvent.Wanted(ChunkSet.EMPTY), joined(ALICE))
        .expect(open(ALICE))
        .on(has(ALICE, 0, 64))
        .expectNothing()
        .on(new SwarmEvent.Wanted(ChunkSet.range(8, 14)))
        .expect(request(ALICE, 8, 4), request(ALICE, 12, 2))
        .on(SwarmScript.arrived(ALICE, 8, 4))
        .expectNothing();
  }

  @Test
  void whatIsNoLongerWantedIsTakenBack() {
    SwarmScript.withoutOrigin(64)
        .on(new SwarmEvent.Wanted(ChunkSet.range(0, 8)), joined(ALICE))
        .expect(open(ALICE))
        .on(has(ALICE, 0, 64))
        .expect(request(ALICE, 0, 4), request(ALICE, 4, 4))
        .on(new SwarmEvent.Wanted(ChunkSet.range(0, 4)))
        .expect(SwarmScript.cancel(ALICE, 4, 4));
  }

  @Test
  void aRelayThatIsReplacedGivesWhatItWasAskedForAndIsLeft() {
    SwarmScript script = SwarmScript.withoutOrigin(512).on(joined(ALICE)).expect(open(ALICE));
    script.on(has(ALICE, 0, 512));
    int asked = chunks(script);
    assertThat(asked).isPositive().isLessThan(512);
    script.on(joined(BOB)).expect(open(BOB)).on(has(BOB, 0, 512));
    script.take();
    script.on(new SwarmEvent.RelayReplaced(ALICE));
    script.take();
    for (int chunk = 0; chunk < asked; chunk += 4) {
      script.on(SwarmScript.arrived(ALICE, chunk, 4));
    }
    assertThat(script.take())
        .contains(close(ALICE))
        .noneMatch(action ->
            action instanceof SwarmAction.Request(var peer, var f, var c) && peer.equals(ALICE));
    assertThat(script.core().wastedBytes()).isZero();
  }

  private static int chunks(SwarmScript script) {
    return script.take().stream()
        .mapToInt(action -> ((SwarmAction.Request) action).chunkCount())
        .sum();
  }
}
