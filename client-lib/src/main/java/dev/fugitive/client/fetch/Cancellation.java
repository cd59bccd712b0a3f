package dev.fugitive.client.fetch;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.Call;

/**
 * Whether a call was cancelled, and what must happen when it is; safe for use by several threads.
 */
final class Cancellation {
  private final CompletableFuture<Void> cancelled = new CompletableFuture<>();
  private final Set<Action> actions = ConcurrentHashMap.newKeySet();

  /** The cancellation of a call, one and the same however often it is asked for. */
  static Cancellation of(Call call) {
    return call.tag(Cancellation.class, Cancellation::new);
  }

  /** Cancels; every action registered so far runs on this thread. */
  void cancel() {
    cancelled.complete(null);
    actions.forEach(Action::run);
  }

  /** Done when the call is cancelled; a copy, which nobody can cancel by. */
  CompletableFuture<Void> whenCancelled() {
    return cancelled.copy();
  }

  boolean isCancelled() {
    return cancelled.isDone();
  }

  /** How many actions would run; for tests, which must see that none is left behind. */
  int registered() {
    return actions.size();
  }

  /**
   * Runs an action once on cancelling, at once where that has happened; closing the result takes
   * the action back.
   */
  @CanIgnoreReturnValue
  Registration onCancel(Runnable action) {
    Action added = new Action(action);
    actions.add(added);
    if (isCancelled()) {
      added.run();
    }
    return added;
  }

  /** Takes back an action that was to run on cancelling. */
  @FunctionalInterface
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  /** An action that runs once, or was taken back. */
  private final class Action implements Registration {
    private final Runnable action;

    Action(Runnable action) {
      this.action = action;
    }

    void run() {
      if (actions.remove(this)) {
        action.run();
      }
    }

    @Override
    public void close() {
      actions.remove(this);
    }
  }

  /**
   * Waits for a result, for cancelling, or for the limit, whichever comes first.
   *
   * @throws IOException the result's own failure, or {@code Canceled}, or a time-out that names the
   *     limit
   */
  <T> T await(CompletableFuture<T> result, Duration limit) throws IOException {
    try {
      CompletableFuture.anyOf(result, cancelled).get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new InterruptedIOException("waited: " + limit.toMillis() + " ms (limit reached)");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting");
    } catch (ExecutionException e) {
      throw asIoException(e.getCause());
    }
    if (!result.isDone()) {
      throw new IOException("Canceled");
    }
    try {
      return result.join();
    } catch (CompletionException e) {
      throw asIoException(e.getCause());
    }
  }

  /**
   * The same where going on without the result is as well: the limit ends the waiting, and is no
   * failure.
   *
   * @return whether the result is there
   */
  @CanIgnoreReturnValue
  <T> boolean awaitAtMost(CompletableFuture<T> result, Duration limit) throws IOException {
    try {
      await(result, limit);
      return true;
    } catch (InterruptedIOException e) {
      if (isCancelled() || Thread.currentThread().isInterrupted()) {
        throw e;
      }
      return false;
    }
  }

  private static IOException asIoException(@org.jspecify.annotations.Nullable Throwable cause) {
    return cause instanceof IOException failure ? failure : new IOException(cause);
  }
}
