package dev.fugitive.cache.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import okio.ByteString;

/** The laws of chunk sets, against sets of integers. */
final class ChunkSetTest {
  private static final int CHUNKS = 40;

  @Provide
  Arbitrary<Set<Integer>> indexes() {
    return Arbitraries.integers().between(0, CHUNKS - 1).set().ofMaxSize(CHUNKS);
  }

  @Property(seed = "2026")
  void emptyIsNeutralAndUnionIsIdempotent(@ForAll("indexes") Set<Integer> a) {
    ChunkSet set = chunks(a);
    assertThat(set.union(ChunkSet.EMPTY)).isEqualTo(set);
    assertThat(ChunkSet.EMPTY.union(set)).isEqualTo(set);
    assertThat(set.union(set)).isEqualTo(set);
    assertThat(set.minus(set)).isEqualTo(ChunkSet.EMPTY);
  }

  @Property(seed = "2026")
  void unionIsCommutativeAndAssociative(
      @ForAll("indexes") Set<Integer> a,
      @ForAll("indexes") Set<Integer> b,
      @ForAll("indexes") Set<Integer> c) {
    assertThat(chunks(a).union(chunks(b))).isEqualTo(chunks(b).union(chunks(a)));
    assertThat(chunks(a).union(chunks(b)).union(chunks(c)))
        .isEqualTo(chunks(a).union(chunks(b).union(chunks(c))));
  }

  @Property(seed = "2026")
  void algebraIsThatOfSets(@ForAll("indexes") Set<Integer> a, @ForAll("indexes") Set<Integer> b) {
    Set<Integer> union = new TreeSet<>(a);
    union.addAll(b);
    Set<Integer> minus = new TreeSet<>(a);
    minus.removeAll(b);
    assertThat(members(chunks(a).union(chunks(b)))).isEqualTo(union);
    assertThat(members(chunks(a).minus(chunks(b)))).isEqualTo(minus);
  }

  @Property(seed = "2026")
  void equalSetsAreEqualHoweverTheyWereMade(@ForAll("indexes") Set<Integer> a) {
    ChunkSet oneByOne = ChunkSet.EMPTY;
    for (int index : a) {
      oneByOne = oneByOne.with(index);
    }
    assertThat(oneByOne).isEqualTo(chunks(a)).hasSameHashCodeAs(chunks(a));
    assertThat(oneByOne.toString()).isEqualTo(chunks(a).toString());
    assertThat(oneByOne.cardinality()).isEqualTo(a.size());
  }

  @Property(seed = "2026")
  void questionsAreAnsweredAsByABitSet(
      @ForAll("indexes") Set<Integer> a,
      @ForAll @IntRange(max = CHUNKS) int from,
      @ForAll @IntRange(max = CHUNKS) int until) {
    BitSet bits = new BitSet();
    a.forEach(bits::set);
    ChunkSet set = chunks(a);
    assertThat(set.contains(from)).isEqualTo(bits.get(from));
    assertThat(set.nextSet(from)).isEqualTo(bits.nextSetBit(from));
    assertThat(set.nextClear(from)).isEqualTo(bits.nextClearBit(from));
    assertThat(set.end()).isEqualTo(bits.length());
    assertThat(set.containsRange(from, until))
        .isEqualTo(from >= until || bits.nextClearBit(from) >= until);
    assertThat(set.isComplete(until)).isEqualTo(bits.nextClearBit(0) >= until);
  }

  @Property(seed = "2026")
  void decodeOfEncodeIsTheSet(@ForAll("indexes") Set<Integer> a) {
    ByteString bytes = chunks(a).encode(Integer.MAX_VALUE);
    assertThat(ChunkSet.decode(bytes, CHUNKS)).isEqualTo(chunks(a));
  }

  @Property(seed = "2026")
  void whatDoesNotFitIsNotClaimed(
      @ForAll("indexes") Set<Integer> a, @ForAll @IntRange(max = 30) int maxBytes) {
    ByteString bytes = chunks(a).encode(maxBytes);
    assertThat(bytes.size()).isLessThanOrEqualTo(maxBytes);
    assertThat(ChunkSet.decode(bytes, CHUNKS).minus(chunks(a))).isEqualTo(ChunkSet.EMPTY);
  }

  /** Every byte sequence is refused, or is the one form of a set within the content. */
  @Property(tries = 3000, seed = "2026")
  void randomBytesAreOneSetOrRefused(@ForAll byte[] random) {
    ByteString bytes = ByteString.of(random);
    try {
      ChunkSet set = ChunkSet.decode(bytes, CHUNKS);
      assertThat(set.encode(Integer.MAX_VALUE)).isEqualTo(bytes);
      assertThat(set.end()).isLessThanOrEqualTo(CHUNKS);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("expected");
    }
  }

  @Example
  void theBinaryFormIsTheOneThatIsDrawn() {
    assertThat(ChunkSet.EMPTY.encode(8).hex()).isEmpty();
    assertThat(ChunkSet.range(0, 4096).encode(8).hex()).isEqualTo("008020");
    assertThat(ChunkSet.of(2, 4, 5, 6).encode(8).hex()).isEqualTo("02010103");
    assertThat(ChunkSet.of(2, 4, 5, 6)).hasToString("{2, 4-6}");
  }

  @Example
  void otherFormsAreRefused() {
    refused("0000", "0 (expected: at least 1)");
    refused("00", "even number");
    refused("8000", "fewer");
    refused("8080808000", "at most 4");
    refused("0081", "another byte");
    refused("0029", "41 (expected: at most 40)");
  }

  private static void refused(String hex, String message) {
    assertThatThrownBy(() -> ChunkSet.decode(ByteString.decodeHex(hex), CHUNKS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static ChunkSet chunks(Set<Integer> indexes) {
    return ChunkSet.of(indexes.stream().mapToInt(Integer::intValue).toArray());
  }

  private static Set<Integer> members(ChunkSet set) {
    return set.stream().boxed().collect(Collectors.toCollection(TreeSet::new));
  }
}
