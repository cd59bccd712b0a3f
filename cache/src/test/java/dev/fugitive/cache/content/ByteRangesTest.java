package dev.fugitive.cache.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class ByteRangesTest {
  private static final int LENGTH = 40;

  @Property(tries = 500, seed = "2026")
  void rangesAreTheSetOfTheirBytes(
      @ForAll @Size(max = 12) List<@IntRange(max = 39) Integer> starts,
      @ForAll @Size(min = 12, max = 12) List<@IntRange(min = 1, max = 9) Integer> lengths,
      @ForAll @IntRange(max = 39) int from,
      @ForAll @IntRange(max = 40) int until) {
    BitSet model = new BitSet();
    ByteRanges ranges = ByteRanges.NONE;
    for (int i = 0; i < starts.size(); i++) {
      int end = Math.min(LENGTH, starts.get(i) + lengths.get(i));
      model.set(starts.get(i), end);
      ranges = ranges.plus(starts.get(i), end);
    }
    assertThat(ranges.byteCount()).isEqualTo(model.cardinality());
    int end = Math.max(from + 1, until);
    BitSet missing = new BitSet();
    missing.set(from, end);
    missing.andNot(model);
    BitSet told = new BitSet();
    ranges.missing(from, end).forEach(gap -> told.set((int) gap.from(), (int) gap.until()));
    assertThat(told).isEqualTo(missing);
    assertThat(ranges.contains(from, end)).isEqualTo(missing.isEmpty());
    assertThat(ranges.touches(from, end)).isEqualTo(missing.cardinality() < end - from);
  }

  @Test
  void rangesThatTouchAreNotAPart() {
    List<ByteRange> touching = List.of(new ByteRange(0, 5), new ByteRange(5, 6));
    assertThatThrownBy(() -> new ByteRanges(touching))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: ascending, apart");
  }
}
