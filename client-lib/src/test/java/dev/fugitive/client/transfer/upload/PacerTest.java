package dev.fugitive.client.transfer.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** Over any time no more goes than the rate allows, and no less where there is always something. */
class PacerTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int FRAME = 65_536;

  @Test
  void reservationsAreServedInTurn() {
    Pacer pacer = new Pacer(FRAME, 0);
    assertThat(pacer.reserve(FRAME, 0)).isEqualTo(-Pacer.BURST_NANOS);
    assertThat(pacer.reserve(FRAME, 0)).isEqualTo(SECOND - Pacer.BURST_NANOS);
    assertThat(pacer.reserve(FRAME, 0)).isEqualTo(2 * SECOND - Pacer.BURST_NANOS);
  }

  @Test
  void whatIsRefundedIsFree() {
    Pacer pacer = new Pacer(FRAME, 0);
    pacer.reserve(FRAME, 0);
    pacer.refund(FRAME);
    assertThat(pacer.reserve(FRAME, 0)).isEqualTo(-Pacer.BURST_NANOS);
  }

  @Test
  void withoutLimitEverythingGoesAtOnce() {
    Pacer pacer = new Pacer(UploadSettings.UNLIMITED, 0);
    for (int i = 0; i < 1000; i++) {
      assertThat(pacer.reserve(FRAME, 7)).isEqualTo(7);
    }
  }

  @Test
  void anotherRateIsInForceAtOnce() {
    Pacer pacer = new Pacer(1024, 0);
    pacer.reserve(FRAME, 0);
    pacer.reserve(FRAME, 0);
    pacer.setRate(FRAME, SECOND);
    assertThat(pacer.reserve(FRAME, SECOND)).isEqualTo(SECOND);
    assertThat(pacer.reserve(FRAME, SECOND)).isEqualTo(2 * SECOND);
  }

  @Property(tries = 500, seed = "2026")
  void theRateIsKeptFromAnyInstant(
      @ForAll @LongRange(min = 1024, max = 1L << 30) long rate,
      @ForAll long startNanos,
      @ForAll @IntRange(min = 1, max = 200) int frames,
      @ForAll long seed) {
    Pacer pacer = new Pacer(rate, startNanos);
    Random random = new Random(seed);
    long now = startNanos;
    long sent = 0;
    for (int i = 0; i < frames; i++) {
      now += random.nextInt(4) == 0 ? random.nextLong(SECOND) : 0;
      int bytes = 1 + random.nextInt(FRAME);
      long go = pacer.reserve(bytes, now);
      now = go - now > 0 ? go : now;
      double allowed = (double) rate * (now - startNanos + Pacer.BURST_NANOS) / SECOND;
      assertThat((double) sent).isLessThanOrEqualTo(allowed + 1 + frames);
      sent += bytes;
    }
  }

  @Property(tries = 200, seed = "2026")
  void whoAlwaysHasSomethingGetsTheWholeRate(
      @ForAll @LongRange(min = 1024, max = 1L << 30) long rate) {
    Pacer pacer = new Pacer(rate, 0);
    long now = 0;
    for (int i = 0; i < 100; i++) {
      now = Math.max(now, pacer.reserve(FRAME, now));
    }
    double full = 99.0 * FRAME * SECOND / rate;
    assertThat((double) now).isLessThanOrEqualTo(full + 100);
  }
}
