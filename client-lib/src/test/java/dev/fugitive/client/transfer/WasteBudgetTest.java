package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What may be asked twice. */
class WasteBudgetTest {
  private final WasteBudget budget = new WasteBudget();

  @Test
  void beforeAnythingWasUsefulTheAllowanceMayBeSpent() {
    assertThat(budget.spend(SwarmLimits.WASTE_BASE_BYTES)).isTrue();
    assertThat(budget.spend(1)).isFalse();
    assertThat(budget.spentBytes()).isEqualTo(budget.limitBytes());
  }

  @Test
  void inACrowdNoMoreThanItsShareOfWhatWasUsefulIsSpent() {
    budget.crowded(true);
    assertThat(budget.spend(1)).isFalse();
    budget.useful(1_000_000);
    assertThat(budget.spend(50_000)).isTrue();
    assertThat(budget.spend(1)).isFalse();
    budget.crowded(false);
    assertThat(budget.spend(1)).as("when the others have gone").isTrue();
  }
}
