package dev.fugitive.cache.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ContentId;
import java.io.IOException;

/** The contract over memory. */
final class MemoryTierTest extends ContentStoreContract {
  @Override
  Shelf open(long limitBytes) {
    return MemoryTier.shelf(limitBytes);
  }

  @Override
  void checkNothingLeaked() throws IOException {
    for (ContentId id : store.ids()) {
      store.remove(id);
    }
    assertThat(store.status().memoryBytes()).isZero();
  }
}
