package dev.fugitive.client.fetch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.cache.http.ResourceKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Resources of which an answer is on its way here from its origin that we expect to vouch for, and
 * who waits for them. Safe for use by several threads.
 */
final class ExpectedResources {
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final Map<ResourceKey, List<CompletableFuture<Void>>> arrivals = new HashMap<>();

  /** Notes that one answer is on its way; it must be {@linkplain #settle settled}. */
  CompletableFuture<Void> begin(ResourceKey resource) {
    CompletableFuture<Void> arrival = new CompletableFuture<>();
    synchronized (lock) {
      arrivals.merge(
          resource,
          List.of(arrival),
          (some, more) -> Stream.concat(some.stream(), more.stream()).toList());
    }
    return arrival;
  }

  /**
   * It is here, or will not be: whoever waits for it goes on.
   *
   * @return whether no other answer of the resource is on its way
   */
  boolean settle(ResourceKey resource, CompletableFuture<Void> arrival) {
    boolean last;
    synchronized (lock) {
      List<CompletableFuture<Void>> left =
          arrivals.getOrDefault(resource, List.of()).stream()
              .filter(each -> each != arrival)
              .toList();
      last = left.isEmpty();
      if (last) {
        arrivals.remove(resource);
      } else {
        arrivals.put(resource, left);
      }
    }
    arrival.complete(null);
    return last;
  }

  /** Done when the first one of a resource is settled; empty where none is on its way. */
  Optional<CompletableFuture<Void>> of(ResourceKey resource) {
    synchronized (lock) {
      return arrivals.getOrDefault(resource, List.of()).stream().findFirst();
    }
  }

  /** All that are on their way. */
  Set<ResourceKey> all() {
    synchronized (lock) {
      return Set.copyOf(arrivals.keySet());
    }
  }
}
