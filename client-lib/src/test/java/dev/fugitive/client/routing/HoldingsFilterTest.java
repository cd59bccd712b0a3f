package dev.fugitive.client.routing;

import static dev.fugitive.client.routing.FakeHoldings.digest;
import static dev.fugitive.client.routing.FakeHoldings.item;
import static dev.fugitive.client.routing.FakeHoldings.resource;
import static dev.fugitive.client.routing.FakeHoldings.salt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import okio.ByteString;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class HoldingsFilterTest {
  private static void add(HoldingsFilter filter, HoldingItem item) {
    for (int position : filter.positions(item.keyed(filter.salt()))) {
      filter.set(position);
    }
  }

  private static HoldingsFilter filled(ByteString salt, int capacity, int entries) {
    HoldingsFilter filter = HoldingsFilter.forEntries(salt, capacity);
    for (int i = 0; i < entries; i++) {
      add(filter, item(i));
    }
    return filter;
  }

  @Property(tries = 60, seed = "10")
  void whatIsInItIsAlwaysFound(
      @ForAll @IntRange(max = 300) int capacity, @ForAll @IntRange(max = 400) int entries) {
    HoldingsFilter filter = filled(salt(capacity), capacity, entries);
    for (int i = 0; i < entries; i++) {
      assertThat(filter.mightHold(item(i))).isTrue();
    }
  }

  @Property(tries = 12, seed = "11")
  void falseHitsAreAsRareAsTheorySays(@ForAll @IntRange(min = 1000, max = 4000) int entries) {
    HoldingsFilter filter = filled(salt(entries), entries, entries);
    int tries = 20_000;
    int hits = 0;
    for (int i = 0; i < tries; i++) {
      hits += filter.mightHold(item(1_000_000 + i)) ? 1 : 0;
    }
    double k = filter.hashCount();
    double theory = Math.pow(1 - Math.exp(-k * entries / filter.bitCount()), k);
    double fiveSigma = 5 * Math.sqrt(theory * (1 - theory) / tries);
    assertThat(theory).isBetween(0.007, 0.009);
    assertThat((double) hits / tries).isCloseTo(theory, Offset.offset(fiveSigma));
    assertThat(filter.falseHitRate()).isCloseTo(theory, Offset.offset(theory / 5));
  }

  @Property(tries = 100, seed = "12")
  void whatTravelsIsTheSameFilter(
      @ForAll @IntRange(max = 500) int capacity, @ForAll @IntRange(max = 100) int entries) {
    HoldingsFilter sent = filled(salt(1), capacity, entries);
    HoldingsFilter received = HoldingsFilter.ofBytes(sent.salt(), sent.hashCount(), sent.toBytes());
    assertThat(received.bitCount()).isEqualTo(sent.bitCount());
    assertThat(received.toBytes()).isEqualTo(sent.toBytes());
    assertThat(received.falseHitRate()).isEqualTo(sent.falseHitRate());
    for (int i = 0; i < 200; i++) {
      assertThat(received.mightHold(item(i))).isEqualTo(sent.mightHold(item(i)));
    }
  }

  @Property(tries = 300, seed = "13")
  void anyBytesAreAFilterWithJustTheirBits(
      @ForAll @Size(min = 1, max = 40) byte[] bytes,
      @ForAll @IntRange(min = 1, max = 32) int hashes) {
    ByteString bits = ByteString.of(bytes);
    HoldingsFilter filter = HoldingsFilter.ofBytes(salt(1), hashes, bits);
    assertThat(filter.toBytes()).isEqualTo(bits);
    BitSet expected = BitSet.valueOf(bytes);
    for (int position = 0; position < filter.bitCount(); position++) {
      assertThat(filter.set(position)).isEqualTo(!expected.get(position));
    }
    assertThat(filter.falseHitRate()).isEqualTo(1);
    assertThat(filter.mightHold(item(1))).isTrue();
  }

  @Test
  void filtersOfTwoPeersHaveNothingInCommon() {
    HoldingsFilter one = filled(salt(1), 1000, 1000);
    HoldingsFilter two = filled(salt(2), 1000, 1000);
    BitSet both = BitSet.valueOf(one.toBytes().toByteArray());
    double oneShare = (double) both.cardinality() / one.bitCount();
    BitSet other = BitSet.valueOf(two.toBytes().toByteArray());
    double otherShare = (double) other.cardinality() / two.bitCount();
    both.and(other);
    double common = (double) both.cardinality() / one.bitCount();
    assertThat(common).isCloseTo(oneShare * otherShare, Offset.offset(0.02));
  }

  @Test
  void kindsOfItemsDoNotMix() {
    ByteString hash = resource(1).hash();
    List<HoldingItem> sameBytes =
        List.of(
            new HoldingItem.OfResource(resource(1)),
            new HoldingItem.OfDigest(new Digest(Digest.Algorithm.SHA_256, hash)),
            new HoldingItem.OfContent(new ContentId(hash, 1)),
            new HoldingItem.OfContent(new ContentId(hash, 2)));
    Set<ByteString> keyed = new HashSet<>();
    sameBytes.forEach(item -> keyed.add(item.keyed(salt(1))));
    assertThat(keyed).hasSize(sameBytes.size());
    assertThat(new HoldingItem.OfDigest(digest(1)).keyed(salt(1)))
        .isNotEqualTo(new HoldingItem.OfDigest(digest(1)).keyed(salt(2)));
  }

  @Test
  void sizesAreBounded() {
    assertThatThrownBy(() -> HoldingsFilter.forEntries(salt(1), HoldingsFilter.MAX_ENTRIES + 1))
        .hasMessageContaining("expected: 0 to");
    assertThatThrownBy(() -> HoldingsFilter.ofBytes(salt(1), 7, ByteString.EMPTY))
        .hasMessageContaining("filter bytes: 0");
    assertThatThrownBy(() -> HoldingsFilter.ofBytes(salt(1), 33, ByteString.of((byte) 1)))
        .hasMessageContaining("hash count: 33");
    HoldingsFilter filter = HoldingsFilter.forEntries(salt(1), 0);
    assertThatThrownBy(() -> filter.set(filter.bitCount())).hasMessageContaining("position");
    assertThatThrownBy(() -> filter.set(-1)).hasMessageContaining("position");
  }
}
