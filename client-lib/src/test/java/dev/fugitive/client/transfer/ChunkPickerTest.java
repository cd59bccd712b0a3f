package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ChunkSet;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Pictures: each digit is how many hold that chunk; {@code *} is a chunk that is here, {@code ?}
 * one that is asked for, a space one that is free.
 */
class ChunkPickerTest {
  @Test
  void theRarestChunkIsPicked() {
    assertThat(picker("2223333", "* * *  ").pick()).isEqualTo(1);
    assertThat(picker("3332333", "       ").pick()).isEqualTo(3);
    assertThat(picker("3331133", "       ").pick()).isEqualTo(3);
  }

  @Test
  void ofEquallyRareChunksTheFirstIsPicked() {
    assertThat(picker("3333333", "       ").pick()).isEqualTo(0);
    assertThat(picker("3333333", "***    ").pick()).isEqualTo(3);
  }

  @Test
  void whatIsHereOrAskedForIsNotPicked() {
    assertThat(picker("1111111", "*?*?*? ").pick()).isEqualTo(6);
    assertThat(picker("1111111", "*******").pick()).isEqualTo(-1);
    assertThat(picker("1111111", "???????").pick()).isEqualTo(-1);
  }

  @Test
  void whatTheHolderLacksIsNotPicked() {
    assertThat(picker("0001000", "       ").pick()).isEqualTo(3);
    assertThat(picker("0000000", "       ").pick()).isEqualTo(-1);
  }

  @Test
  void theReadersNextChunksComeBeforeTheRarest() {
    assertThat(picker("9999991", "       ").urgent(2).pickFrom(2)).isEqualTo(2);
    assertThat(picker("9999991", "  **   ").urgent(2).pickFrom(2)).isEqualTo(6);
  }

  @Test
  void afterTheEndPickingGoesOnAtTheBeginning() {
    assertThat(picker("1111111", "  *****").urgent(4).pickFrom(4)).isEqualTo(0);
  }

  @Test
  void aFrameIsAlignedAndStopsWhereSomethingIsHere() {
    assertThat(picker("11111111", "        ").run()).isEqualTo(new ChunkRun(0, 4));
    assertThat(picker("11111111", "*       ").run()).isEqualTo(new ChunkRun(1, 3));
    assertThat(picker("11111111", "  ?     ").run()).isEqualTo(new ChunkRun(0, 2));
    assertThat(picker("11111111", "****    ").run()).isEqualTo(new ChunkRun(4, 4));
    assertThat(picker("111111", "****  ").run()).isEqualTo(new ChunkRun(4, 2));
  }

  @Test
  void aChunkThatIsReleasedByOneStaysClaimedByTheOther() {
    ChunkPicker picker = new ChunkPicker(2, 0);
    picker.claim(0);
    picker.claim(0);
    picker.release(0);
    assertThat(picker.nextFree(0)).isEqualTo(1);
    picker.release(0);
    assertThat(picker.nextFree(0)).isZero();
    picker.checkInvariant();
  }

  @Test
  void aChunkIsHereOnlyOnce() {
    ChunkPicker picker = new ChunkPicker(2, 0);
    assertThat(picker.markHere(0)).isTrue();
    assertThat(picker.markHere(0)).isFalse();
    assertThat(picker.missingCount()).isEqualTo(1);
    picker.checkInvariant();
  }

  private static Picture picker(String availability, String chunks) {
    return new Picture(availability, chunks);
  }

  /** A picker in the state of a picture. */
  private static final class Picture {
    private final String availability;
    private final String chunks;
    private int urgentChunks;

    Picture(String availability, String chunks) {
      this.availability = availability;
      this.chunks = chunks;
    }

    Picture urgent(int count) {
      urgentChunks = count;
      return this;
    }

    int pick() {
      return pickFrom(0);
    }

    int pickFrom(int from) {
      ChunkRun run = build().pick(held(1), from, chunk -> true);
      return run == null ? -1 : run.first();
    }

    ChunkRun run() {
      return Objects.requireNonNull(build().pick(held(1), 0, chunk -> true));
    }

    private ChunkPicker build() {
      ChunkPicker picker = new ChunkPicker(chunks.length(), urgentChunks);
      for (int holder = 1; holder <= 9; holder++) {
        picker.setHolder(Peers.named(holder), held(holder));
      }
      for (int chunk = 0; chunk < chunks.length(); chunk++) {
        switch (chunks.charAt(chunk)) {
          case '*' -> picker.markHere(chunk);
          case '?' -> picker.claim(chunk);
          default -> {}
        }
      }
      picker.checkInvariant();
      return picker;
    }

    /** What the n-th holder has: a chunk that n hold is held by the first n. */
    private ChunkSet held(int holder) {
      ChunkSet set = ChunkSet.EMPTY;
      for (int chunk = 0; chunk < availability.length(); chunk++) {
        set = availability.charAt(chunk) - '0' >= holder ? set.with(chunk) : set;
      }
      return set;
    }
  }
}
