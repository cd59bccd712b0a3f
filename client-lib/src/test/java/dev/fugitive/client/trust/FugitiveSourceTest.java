package dev.fugitive.client.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.cache.store.ByteTally;
import dev.fugitive.cache.store.Provenance;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class FugitiveSourceTest {
  @Test
  void theFieldIsWrittenAsDocumented() {
    ByteTally tally = new ByteTally();
    tally.add(Provenance.TIER1, 1_048_576);
    assertThat(FugitiveSource.of(tally, Optional.empty()))
        .hasToString("memory=0, disk=0, tier1=1048576, tier2=0, origin=0");
    assertThat(FugitiveSource.of(new ByteTally(), Optional.of(Why.NO_PEER)))
        .hasToString("memory=0, disk=0, tier1=0, tier2=0, origin=0, why=no-peer");
  }

  @Property(tries = 200, seed = "1")
  void whatIsWrittenIsReadBack(
      @ForAll @LongRange(min = 0, max = 999_999_999_999_999L) long memory,
      @ForAll @LongRange(min = 0, max = 999_999_999_999_999L) long origin,
      @ForAll Optional<Why> why) {
    Map<Provenance, Long> bytes = new EnumMap<>(Provenance.class);
    bytes.put(Provenance.MEMORY, memory);
    bytes.put(Provenance.ORIGIN, origin);
    FugitiveSource source = new FugitiveSource(bytes, why);
    assertThat(FugitiveSource.parse(List.of(source.toString()))).contains(source);
  }

  @Test
  void whatALaterVersionAddsIsPassedOver() {
    FugitiveSource read =
        FugitiveSource.parse(List.of("tier1=7, tier3=9, why=moon-phase")).orElseThrow();
    assertThat(read.from(Provenance.TIER1)).isEqualTo(7);
    assertThat(read.from(Provenance.ORIGIN)).isZero();
    assertThat(read.why()).isEmpty();
  }

  @Test
  void malformedFieldsAreAbsent() {
    for (String field : List.of("", "tier1=", "tier1=-1", "tier1=\"7\"", "tier1=1.5", "tier1=7,")) {
      assertThat(FugitiveSource.parse(List.of(field))).as(field).isEmpty();
    }
    assertThat(FugitiveSource.parse(List.of())).isEmpty();
  }

  @Test
  void aCountThatTheFieldCannotCarryIsRefused() {
    assertThatThrownBy(
            () -> new FugitiveSource(Map.of(Provenance.DISK, 1L << 50), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected");
  }

  @Test
  void everyReasonHasATokenOfItsOwn() {
    for (Why why : Why.values()) {
      assertThat(Why.ofToken(why.token())).contains(why);
    }
    assertThat(Why.ofToken("?")).isEmpty();
  }
}
