package dev.fugitive.client.routing;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps our own filter true: puts what is added into it, and builds it anew where that is due. */
final class FilterUpkeep implements HoldingsSource.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(FilterUpkeep.class);

  private final HoldingsSource source;
  private final OwnHoldings own;
  private final BooleanSupplier sharing;
  private final Executor threads;

  /** Rebuilds that were asked for and are not done; whoever raises it from 0 starts the thread. */
  private final AtomicInteger rebuildsWanted = new AtomicInteger();

  FilterUpkeep(HoldingsSource source, OwnHoldings own, BooleanSupplier sharing, Executor threads) {
    this.source = source;
    this.own = own;
    this.sharing = sharing;
    this.threads = threads;
  }

  @Override
  public void onAdded(HoldingItem item) {
    if (sharing.getAsBoolean()) {
      own.add(item);
      rebuildIfNeeded();
    }
  }

  @Override
  public void onRemoved(HoldingItem item) {
    own.remove(item);
    rebuildIfNeeded();
  }

  private void rebuildIfNeeded() {
    if (own.needsRebuild()) {
      rebuild();
    }
  }

  /** Builds a new generation of our filter, on one thread at a time; a later call is not lost. */
  void rebuild() {
    if (rebuildsWanted.getAndIncrement() == 0) {
      threads.execute(() -> {
        int done;
        do {
          done = rebuildsWanted.get();
          rebuildOnce();
        } while (!rebuildsWanted.compareAndSet(done, 0));
      });
    }
  }

  private void rebuildOnce() {
    try {
      own.rebuild(() -> sharing.getAsBoolean() ? source.items() : List.of());
    } catch (RuntimeException sourceFailed) {
      LOG.warn("the holdings filter stays as it was", sourceFailed);
    }
  }
}
