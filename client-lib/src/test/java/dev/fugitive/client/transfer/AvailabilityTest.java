package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What several peers hold together. */
class AvailabilityTest {
  private static final int CHUNKS = 90;
  private static final ContentId ID = Peers.content(CHUNKS);

  @Property(tries = 200, seed = "2026")
  void runsArePassedToTheSameChunksAsOneByOne(@ForAll long seed) {
    Random random = new Random(seed);
    ChunkPicker picker = new ChunkPicker(CHUNKS, 0);
    Availability availability = holders(picker, random).availability();
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
      if (random.nextInt(4) == 0) {
        picker.claim(chunk);
      }
    }

    for (int from = 0; from <= CHUNKS; from++) {
      int notHeld = from;
      while (notHeld < CHUNKS && availability.isHeld(notHeld)) {
        notHeld++;
      }
      assertThat(availability.nextNotHeld(from)).isEqualTo(notHeld);
      int held = from;
      while (held < CHUNKS && !availability.isHeld(held)) {
        held++;
      }
      assertThat(availability.nextHeld(from)).isEqualTo(held);
      int until = from + random.nextInt(CHUNKS - from + 1);
      int free = 0;
      for (int chunk = from; chunk < until; chunk++) {
        free += picker.claims(chunk) == 0 ? 1 : 0;
      }
      assertThat(picker.countFree(from, until)).isEqualTo(free);
    }
  }

  /** Four peers that answered with runs of chunks, and one that did not. */
  private static Holders holders(ChunkPicker picker, Random random) {
    List<SwarmAction> actions = new ArrayList<>();
    Holders holders = new Holders(ID, new Requests(ID, picker, actions), actions);
    for (int peer = 0; peer < 5; peer++) {
      holders.join(
          new SwarmEvent.PeerJoined(
              Peers.named(peer), PathEstimate.UNKNOWN, SwarmEvent.Standing.HOLDER, true),
          0);
    }
    holders.open(5, 0);
    for (int peer = 0; peer < 4; peer++) {
      BitSet chunks = new BitSet();
      for (int run = random.nextInt(4); run > 0; run--) {
        int from = random.nextInt(CHUNKS);
        chunks.set(from, from + 1 + random.nextInt(CHUNKS - from));
      }
      holders.has(Peers.named(peer), ChunkSet.copyOf(chunks), 0);
    }
    return holders;
  }
}
