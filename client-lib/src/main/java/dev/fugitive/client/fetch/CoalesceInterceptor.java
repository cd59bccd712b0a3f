package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.CacheDecision;
import dev.fugitive.cache.http.CachePolicy;
import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.cache.http.StoredResponse;
import dev.fugitive.client.fetch.Flight.Landing;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/**
 * One upstream, many readers: calls for the same resource at the same time share one fetch, whose
 * body is written once, into the store, and followed by all of them.
 *
 * <p>The leader fetches with a call of its own, so that its leaving does not end the fetch for the
 * others. Followers wait for the leader's head; where that is not for everybody, or does not fit
 * their request ({@code Vary}), they go on alone.
 */
final class CoalesceInterceptor implements Interceptor {
  /** How often a follower whose leader failed tries again before it goes on alone. */
  private static final int MAX_ROUNDS = 3;

  private static final Duration HEAD_TIMEOUT = Duration.ofSeconds(60);

  /** Request fields that make an answer depend on more than the resource. */
  private static final List<String> PERSONAL =
      List.of(
          "Authorization", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since");

  private final FlightLeader leader;
  private final FromStore store;
  private final InstantSource clock;
  private final ConcurrentMap<ResourceKey, Flight> flights = new ConcurrentHashMap<>();

  CoalesceInterceptor(FlightLeader leader, FromStore store, InstantSource clock) {
    this.leader = leader;
    this.store = store;
    this.clock = clock;
  }

  /** Looks into the store once more. */
  @FunctionalInterface
  interface FromStore {
    /** A fresh answer from the store; empty where there is none. */
    Optional<Response> find(Request request) throws IOException;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Request request = chain.request();
    RequestHead head = Heads.of(request);
    if (!head.method().equals("GET") || head.fields().has("Range")) {
      return chain.proceed(request);
    }
    if (!isForEverybody(head)) {
      return leader.lead(new Flight(), request, () -> {});
    }
    ResourceKey key = ResourceKey.primary(head);
    for (int round = 0; round < MAX_ROUNDS; round++) {
      Flight own = new Flight();
      Flight flight = flights.computeIfAbsent(key, absent -> own);
      Runnable over = () -> flights.remove(key, own);
      Optional<Response> response =
          flight == own ? Optional.of(take(own, chain, over)) : follow(flight, request, head);
      if (response.isPresent()) {
        return response.get();
      }
      if (flight.landing().getNow(new Landing.Unshared()) instanceof Landing.Unshared) {
        break;
      }
    }
    return chain.proceed(request);
  }

  /**
   * Takes the lead, unless a flight that has just ended put into the store what this call did not
   * find there before.
   */
  private Response take(Flight flight, Chain chain, Runnable over) throws IOException {
    Optional<Response> stored;
    try {
      stored = store.find(chain.request());
    } catch (IOException | RuntimeException e) {
      flight.land(new Landing.Failed());
      over.run();
      throw e;
    }
    if (stored.isPresent()) {
      flight.land(new Landing.Failed());
      over.run();
      return stored.get();
    }
    return leader.lead(flight, chain.request(), over);
  }

  static boolean isForEverybody(RequestHead head) {
    Fields fields = head.fields();
    return PERSONAL.stream().noneMatch(fields::has)
        && fields.all("Cache-Control").stream().noneMatch(value -> value.contains("no-store"));
  }

  /** Empty where this call must try again or go on alone. */
  private Optional<Response> follow(Flight flight, Request request, RequestHead head)
      throws IOException {
    FetchTrace trace = FetchTrace.of(request);
    Optional<Landing> landing = awaitLanding(flight, trace);
    if (landing.isEmpty()
        || !(landing.get() instanceof Landing.Shared shared)
        || !CachePolicy.mayJoin(head, shared.request(), shared.head(), clock.instant())
        || !isFreshFor(head, shared)) {
      return Optional.empty();
    }
    Optional<SourcedBody> body = shared.body().attach(trace.tally());
    if (body.isEmpty()) {
      return Optional.empty();
    }
    trace.collapsedInto(shared.trace());
    return Optional.of(
        Heads.response(request, shared.head(), body.get().endedBy(trace.cancellation())));
  }

  /** Empty where the leader takes longer than anybody should wait for somebody else. */
  private static Optional<Landing> awaitLanding(Flight flight, FetchTrace trace)
      throws IOException {
    try {
      return Optional.of(trace.cancellation().await(flight.landing(), HEAD_TIMEOUT));
    } catch (InterruptedIOException e) {
      if (trace.cancellation().isCancelled() || Thread.currentThread().isInterrupted()) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /**
   * What the origin has just sent is as fresh as it gets; what peers bring may have been the
   * leader's to accept, but not this call's.
   */
  private boolean isFreshFor(RequestHead waiting, Landing.Shared shared) {
    if (!(shared.body() instanceof SharedBody.FromPeers fromPeers)) {
      return true;
    }
    Instant now = clock.instant();
    StoredResponse coming =
        StoredResponse.of(shared.request(), shared.head(), now, now, fromPeers.fetch().content());
    return CachePolicy.decide(waiting, List.of(coming), now) instanceof CacheDecision.Serve;
  }
}
