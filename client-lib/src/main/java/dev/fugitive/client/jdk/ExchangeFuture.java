package dev.fugitive.client.jdk;

import java.util.concurrent.CompletableFuture;

/**
 * A future whose cancelling, or that of a future that depends on it, ends what would complete it.
 */
final class ExchangeFuture<T> extends CompletableFuture<T> {
  private final Runnable end;

  /**
   * @param end ends the exchange; does nothing where it has ended
   */
  ExchangeFuture(Runnable end) {
    this.end = end;
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean wasOpen = !isDone();
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    if (wasOpen && mayInterruptIfRunning) {
      end.run();
    }
    return cancelled;
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new ExchangeFuture<>(end);
  }
}
