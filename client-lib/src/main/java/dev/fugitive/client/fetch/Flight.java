package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import java.util.concurrent.CompletableFuture;

/**
 * One upstream fetch and all the calls that wait for its answer: the first call leads, the others
 * follow.
 */
final class Flight {
  private final CompletableFuture<Landing> landing = new CompletableFuture<>();

  /** What the followers learn once the leader has a head, or has none. */
  sealed interface Landing {
    /**
     * The answer may be given to everybody whose request it fits.
     *
     * @param request as it was sent upstream
     */
    record Shared(RequestHead request, ResponseHead head, SharedBody body, FetchTrace trace)
        implements Landing {}

    /**
     * The answer to a revalidation lets everybody have what is stored; it has no body.
     *
     * @param head of the answer
     */
    record Confirmed(ResponseHead head, FetchTrace trace) implements Landing {}

    /**
     * The answer is the leader's alone; the others ask for themselves.
     *
     * @param lasting whether the next answer will hardly be for everybody either
     */
    record Unshared(boolean lasting) implements Landing {}

    /** The leader ended without an answer; another may lead. */
    record Failed() implements Landing {}

    /** The leader asked and got no answer; who has something stale need not try again. */
    record Unanswered() implements Landing {}
  }

  CompletableFuture<Landing> landing() {
    return landing;
  }

  void land(Landing result) {
    landing.complete(result);
  }
}
