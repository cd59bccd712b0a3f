package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.RequestHead;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import okhttp3.Interceptor.Chain;
import okhttp3.Request;
import okhttp3.Response;

/**
 * One upstream for one range: while a call brings a range that will be kept, others for the same
 * range wait for it to be here, and are answered from what is stored.
 *
 * <p>Nobody waits long. Where the head shows that nothing is kept, all others go on at once; where
 * the reader of the first call is slow, they have patience once, and then ask for what is still
 * missing.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what hangs on a flight's end cannot fail
final class RangeFlights {
  /** From the first call's head on. */
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private static final Duration HEAD_TIMEOUT = Duration.ofSeconds(60);

  private final CoalesceInterceptor.FromStore store;
  private final ConcurrentMap<FlightKey, CompletableFuture<Void>> flights =
      new ConcurrentHashMap<>();

  RangeFlights(CoalesceInterceptor.FromStore store) {
    this.store = store;
  }

  Response fetch(Chain chain, RequestHead head) throws IOException {
    Optional<FlightKey> key = FlightKey.ofRange(head);
    if (key.isEmpty()) {
      return chain.proceed(chain.request());
    }
    CompletableFuture<Void> own = new CompletableFuture<>();
    CompletableFuture<Void> before = flights.putIfAbsent(key.get(), own);
    if (before != null) {
      return follow(before, chain);
    }
    own.thenRun(() -> flights.remove(key.get(), own));
    return lead(own, chain);
  }

  private static Response lead(CompletableFuture<Void> own, Chain chain) throws IOException {
    FetchTrace trace = FetchTrace.of(chain.request());
    boolean kept = false;
    try {
      Response response = chain.proceed(chain.request());
      kept = response.code() == 206 && trace.stored();
      return response;
    } finally {
      if (kept) {
        own.completeOnTimeout(null, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        trace.whenPartEnded(() -> own.complete(null));
      } else {
        own.complete(null);
      }
    }
  }

  private Response follow(CompletableFuture<Void> flight, Chain chain) throws IOException {
    Request request = chain.request();
    FetchTrace trace = FetchTrace.of(request);
    trace.cancellation().awaitAtMost(flight, HEAD_TIMEOUT);
    Optional<Response> here = store.find(request);
    if (here.isEmpty()) {
      return chain.proceed(request);
    }
    trace.collapse();
    return here.get();
  }
}
