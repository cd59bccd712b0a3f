package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.CachePolicy;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.cache.store.OrderedFill;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;

/**
 * Bodies on their way into the store, and who waits for them; safe for use by several threads.
 *
 * <p>A client can have the last byte of a body before the store has the body: hashing, writing and
 * indexing come after. Who then asks for a range of it, or its head, must find it. So there is one
 * rule: <b>what has come whole is waited for, until it is in the store or the patience is over</b>.
 * What is still coming is not waited for, and neither is what could not answer the request.
 */
final class Commits {
  private final Duration patience;
  private final ConcurrentMap<ResourceKey, List<Commit>> underWay = new ConcurrentHashMap<>();

  /**
   * @param patience how long the disk may take before the origin is asked again
   */
  Commits(Duration patience) {
    this.patience = patience;
  }

  /**
   * Notes that a body has begun to come.
   *
   * @param announced its length, or -1 where that is not known
   */
  Commit begin(RequestHead request, ResponseHead head, OrderedFill fill, long announced) {
    Commit begun = new Commit(request, head, fill, announced);
    underWay.merge(begun.resource, List.of(begun), Commits::joined);
    return begun;
  }

  /**
   * Returns when nothing that could answer this request has come whole and is not in the store, or
   * when the patience is over.
   *
   * @throws IOException where the waiting call was cancelled
   */
  void await(RequestHead waiting, Instant now, Cancellation cancellation) throws IOException {
    if (underWay.isEmpty()) {
      return;
    }
    CompletableFuture<?>[] settling =
        underWay.getOrDefault(ResourceKey.primary(waiting), List.of()).stream()
            .filter(commit -> commit.hasCome() && commit.mayAnswer(waiting, now))
            .map(commit -> commit.settled)
            .toArray(CompletableFuture<?>[]::new);
    if (settling.length > 0) {
      cancellation.awaitAtMost(CompletableFuture.allOf(settling), patience);
    }
  }

  private static List<Commit> joined(List<Commit> some, List<Commit> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }

  /** One body; ended and settled by the thread that writes it. */
  final class Commit {
    private final ResourceKey resource;
    private final RequestHead request;
    private final ResponseHead head;
    private final OrderedFill fill;
    private final long announced;
    private final CompletableFuture<Void> settled = new CompletableFuture<>();
    private volatile boolean ended;

    private Commit(RequestHead request, ResponseHead head, OrderedFill fill, long announced) {
      this.resource = ResourceKey.primary(request);
      this.request = request;
      this.head = head;
      this.fill = fill;
      this.announced = announced;
    }

    /** No more will come; readers do not know it yet. */
    void ended() {
      ended = true;
    }

    /** The body is in the store, or never will be. */
    void settled() {
      underWay.computeIfPresent(
          resource,
          (key, commits) -> {
            List<Commit> left = commits.stream().filter(commit -> commit != this).toList();
            return left.isEmpty() ? null : left;
          });
      settled.complete(null);
    }

    /** Whether a reader can have the last byte. */
    private boolean hasCome() {
      return ended || (announced >= 0 && fill.length() >= announced);
    }

    private boolean mayAnswer(RequestHead waiting, Instant now) {
      if (!waiting.method().equals("GET") && !waiting.method().equals("HEAD")) {
        return false;
      }
      RequestHead forWhole =
          new RequestHead(
              "GET", waiting.url(), waiting.fields().without("Range").without("If-Range"));
      return CachePolicy.mayJoin(forWhole, request, head, now);
    }
  }
}
