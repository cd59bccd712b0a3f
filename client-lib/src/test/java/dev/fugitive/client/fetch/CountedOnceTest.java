package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.trust.FugitiveSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What came once for several readers is counted once. */
class CountedOnceTest {
  private final AtomicLong furthest = new AtomicLong();
  private final CountedOnce first = new CountedOnce();
  private final CountedOnce second = new CountedOnce();

  @Test
  void whoIsFirstAtAPlaceIsCountedForIt() {
    assertThat(first.upTo(origin(100), furthest)).isEqualTo(origin(100));
    assertThat(second.upTo(origin(40), furthest)).isEqualTo(memory(40, 0));
    assertThat(second.upTo(origin(130), furthest)).isEqualTo(memory(100, 30));
    assertThat(first.upTo(origin(150), furthest)).isEqualTo(memory(30, 120));
    assertThat(second.upTo(origin(150), furthest)).isEqualTo(memory(120, 30));
  }

  @Test
  void whoReadsAloneIsCountedForAll() {
    assertThat(first.upTo(origin(100), furthest)).isEqualTo(origin(100));
    assertThat(first.upTo(origin(100), furthest)).isEqualTo(origin(100));
    assertThat(second.upTo(origin(70), new AtomicLong())).isEqualTo(origin(70));
  }

  @Test
  void whatWasHereStaysWhereItWas() {
    FugitiveSource mixed =
        new FugitiveSource(
            Map.of(Provenance.DISK, 50L, Provenance.TIER1, 30L, Provenance.ORIGIN, 20L),
            Optional.empty());
    furthest.set(40);

    assertThat(first.upTo(mixed, furthest).bytes())
        .containsEntry(Provenance.DISK, 50L)
        .containsEntry(Provenance.MEMORY, 40L)
        .containsEntry(Provenance.TIER1, 0L)
        .containsEntry(Provenance.ORIGIN, 10L);
  }

  private static FugitiveSource origin(long bytes) {
    return memory(0, bytes);
  }

  private static FugitiveSource memory(long memory, long origin) {
    return new FugitiveSource(
        Map.of(Provenance.MEMORY, memory, Provenance.ORIGIN, origin), Optional.empty());
  }
}
