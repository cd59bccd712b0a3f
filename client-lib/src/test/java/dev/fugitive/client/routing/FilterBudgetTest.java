package dev.fugitive.client.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.limits.UploadGate;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.WireLimits;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import okio.ByteString;
import org.junit.jupiter.api.Test;

class FilterBudgetTest {
  private static final ByteString SALT = ByteString.encodeUtf8("0123456789abcdef");

  private final AtomicLong now = new AtomicLong();
  private final AtomicLong charged = new AtomicLong();

  private FilterBudget charging() {
    return new FilterBudget(
        bytes -> {
          charged.addAndGet(bytes);
          return true;
        },
        now::get);
  }

  private static List<PeerMessage> filter() {
    ByteString bits = ByteString.of(new byte[WireLimits.FILTER_PART_BYTES]);
    return List.of(new PeerMessage.Nearby(0, new PeerMessage.Holdings(1, 0, 1, SALT, 7, bits)));
  }

  /** Tells a new filter whenever that is allowed, as if its maker never stopped; returns bytes. */
  private long tellFor(FilterBudget budget, Duration time) throws InterruptedException {
    long end = now.get() + time.toNanos();
    long told = 0;
    while (now.get() + budget.waitNanos() <= end) {
      now.addAndGet(budget.waitNanos());
      assertThat(budget.chargeNearby(filter())).isTrue();
      told += FilterBudget.bytes(filter());
    }
    now.set(end);
    return told;
  }

  @Test
  void whoMakesNewFiltersWithoutEndHasNoMorePassedOnThanTheBound() throws InterruptedException {
    FilterBudget budget = charging();
    long one = FilterBudget.bytes(filter());

    assertThat(tellFor(budget, Duration.ZERO))
        .isBetween(FilterBudget.BURST_BYTES, FilterBudget.BURST_BYTES + one);
    assertThat(tellFor(budget, Duration.ofSeconds(100)))
        .isBetween(99 * FilterBudget.BYTES_PER_SECOND, 100 * FilterBudget.BYTES_PER_SECOND + one);
    assertThat(charged.get()).isGreaterThan(FilterBudget.BURST_BYTES);
  }

  @Test
  void ofARateThatIsSetItIsAnEighth() throws InterruptedException {
    FilterBudget budget = charging();
    budget.setUploadRate(Optional.of(80_000L));
    tellFor(budget, Duration.ZERO);

    assertThat(tellFor(budget, Duration.ofSeconds(1000)))
        .isBetween(9_900_000L, 10_000_000L + FilterBudget.bytes(filter()));

    budget.setUploadRate(Optional.empty());
    assertThat(tellFor(budget, Duration.ofSeconds(100)))
        .isGreaterThan(90 * FilterBudget.BYTES_PER_SECOND);
  }

  @Test
  void ourOwnFilterIsChargedAndWaitsForNobodyElses() throws InterruptedException {
    FilterBudget budget = charging();
    long one = FilterBudget.bytes(filter());

    assertThat(budget.chargeOwn(filter())).isTrue();

    assertThat(charged.get()).isEqualTo(one);
    assertThat(tellFor(budget, Duration.ZERO)).isGreaterThanOrEqualTo(FilterBudget.BURST_BYTES);
  }

  @Test
  void whatTheLimitsRefuseIsNotTaken() throws InterruptedException {
    UploadGate shut = bytes -> false;
    FilterBudget budget = new FilterBudget(shut, now::get);

    assertThat(budget.chargeOwn(filter())).isFalse();
    assertThat(budget.chargeNearby(filter())).isFalse();
    assertThat(budget.waitNanos()).isZero();
  }
}
