package dev.fugitive.client.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void aBurstAndThenTheRate() {
    TokenBucket bucket = new TokenBucket(2, 3, 0);
    assertThat(List.of(bucket.tryTake(0), bucket.tryTake(0), bucket.tryTake(0))).containsOnly(true);
    assertThat(bucket.tryTake(SECOND / 4)).isFalse();
    assertThat(bucket.tryTake(SECOND / 2)).isTrue();
    assertThat(bucket.tryTake(SECOND / 2)).isFalse();
  }

  @Property(tries = 300, seed = "5")
  void neverMoreThanTheBurstAndTheRateTogether(
      @ForAll @Size(max = 200) List<@IntRange(max = 500_000_000) Integer> pauses) {
    TokenBucket bucket = new TokenBucket(10, 5, 0);
    long now = 0;
    int taken = 0;
    for (int pause : pauses) {
      now += pause;
      taken += bucket.tryTake(now) ? 1 : 0;
      assertThat((double) taken).isLessThanOrEqualTo(5 + 10.0 * now / SECOND + 1e-6);
    }
  }
}
