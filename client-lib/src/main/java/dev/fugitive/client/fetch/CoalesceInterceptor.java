package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.CacheDecision;
import dev.fugitive.cache.http.CachePolicy;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.Revalidation;
import dev.fugitive.cache.http.StoredResponse;
import dev.fugitive.client.fetch.Flight.Landing;
import java.io.IOException;
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
import okhttp3.ResponseBody;

/**
 * One upstream, many readers: calls for the same resource at the same time share one fetch, whose
 * body is written once, into the store, and followed by all of them. Calls that validate the same
 * stored response share the origin's word on it.
 *
 * <p>The leader fetches with a call of its own, so that its leaving does not end the fetch for the
 * others. Followers wait for the leader's head; where that is not for everybody, or does not fit
 * their request ({@code Vary}), they go on alone, all at once; and for as long as that is known of
 * a resource, nobody waits for it.
 */
final class CoalesceInterceptor implements Interceptor {
  /** How often a follower whose leader failed tries again before it goes on alone. */
  private static final int MAX_ROUNDS = 3;

  private static final Duration HEAD_TIMEOUT = Duration.ofSeconds(60);

  private final FlightLeader leader;
  private final FromStore store;
  private final Commits commits;
  private final InstantSource clock;
  private final UnsharedResources unshared;
  private final RangeFlights ranges;
  private final ConcurrentMap<FlightKey, Flight> flights = new ConcurrentHashMap<>();

  CoalesceInterceptor(FlightLeader leader, FromStore store, Commits commits, InstantSource clock) {
    this.leader = leader;
    this.store = store;
    this.commits = commits;
    this.clock = clock;
    this.unshared = new UnsharedResources(clock);
    this.ranges = new RangeFlights(store);
  }

  /** Looks into the store once more. */
  @FunctionalInterface
  interface FromStore {
    /** A fresh answer from the store, with body or 304; empty where there is none. */
    Optional<Response> find(Request request) throws IOException;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Request request = chain.request();
    RequestHead head = Heads.of(request);
    if (!head.method().equals("GET")) {
      return chain.proceed(request);
    }
    if (head.fields().has("Range")) {
      return ranges.fetch(chain, head);
    }
    CacheDecision.ValidateAny any = request.tag(CacheDecision.ValidateAny.class);
    Optional<FlightKey> key =
        any == null
            ? FlightKey.of(head, request.tag(CacheDecision.Revalidate.class))
            : FlightKey.ofVariants(head, any);
    // what may not ask the origin says nothing to those who may
    if (key.isEmpty() || FetchTrace.of(request).offline()) {
      return leader.lead(new Flight(), request, () -> {});
    }
    return unshared.has(key.get()) ? alone(key.get(), chain) : together(key.get(), chain, head);
  }

  /** Nobody waits for what will hardly be for everybody: so this very call asks for it. */
  private Response alone(FlightKey key, Chain chain) throws IOException {
    Instant sent = clock.instant();
    Response response = chain.proceed(chain.request());
    FlightLeader.Alone answer = leader.alone(chain.call(), chain.request(), response, sent);
    unshared.note(key, answer.landing());
    return answer.response();
  }

  private Response together(FlightKey key, Chain chain, RequestHead head) throws IOException {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      Flight own = new Flight();
      Flight flight = flights.computeIfAbsent(key, absent -> own);
      Optional<Response> response =
          flight == own
              ? Optional.of(take(own, chain, key, head))
              : follow(flight, chain.request(), head);
      if (response.isPresent()) {
        return response.get();
      }
      if (flight.landing().getNow(new Landing.Unshared(false)) instanceof Landing.Unshared) {
        break;
      }
    }
    return chain.proceed(chain.request());
  }

  /**
   * Takes the lead, unless a flight that has just ended put into the store what this call did not
   * find there before.
   */
  private Response take(Flight flight, Chain chain, FlightKey key, RequestHead head)
      throws IOException {
    Runnable over = () -> flights.remove(key, flight);
    Optional<Response> stored;
    try {
      commits.await(head, clock.instant(), FetchTrace.of(chain.request()).cancellation());
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
    try {
      return leader.lead(flight, chain.request(), over);
    } finally {
      unshared.note(key, flight.landing().getNow(new Landing.Failed()));
    }
  }

  /** Empty where this call must try again or go on alone. */
  private Optional<Response> follow(Flight flight, Request request, RequestHead head)
      throws IOException {
    FetchTrace.of(request).turnTo(FetchPhase.JOINED);
    Optional<Landing> landing = awaitLanding(flight, FetchTrace.of(request));
    if (landing.isEmpty()) {
      return Optional.empty();
    }
    return switch (landing.get()) {
      case Landing.Shared shared -> join(shared, request, head);
      case Landing.Confirmed confirmed -> confirm(confirmed, request);
      case Landing.Unshared ignored -> Optional.empty();
      case Landing.Failed ignored -> Optional.empty();
      case Landing.Unanswered ignored -> standIn(request);
    };
  }

  /**
   * Fails where what is stored may stand in for an origin that gives no answer: whoever asked will
   * see to that, and need not find out for himself, one after the other.
   */
  private Optional<Response> standIn(Request request) throws IOException {
    CacheDecision.Revalidate asked = request.tag(CacheDecision.Revalidate.class);
    if (asked != null && Revalidation.unreachable(asked, clock.instant()).isPresent()) {
      throw new IOException("the origin gave no answer to another who asked");
    }
    return Optional.empty();
  }

  private Optional<Response> join(Landing.Shared shared, Request request, RequestHead head)
      throws IOException {
    if (!CachePolicy.mayJoin(head, shared.request(), shared.head(), clock.instant())
        || !isFreshFor(head, shared)) {
      return Optional.empty();
    }
    FetchTrace trace = FetchTrace.of(request);
    Optional<SourcedBody> body = shared.body().attach(trace.tally());
    if (body.isEmpty()) {
      return Optional.empty();
    }
    trace.collapsedInto(shared.trace());
    return Optional.of(
        Heads.response(request, shared.head(), body.get().endedBy(trace.cancellation())));
  }

  /** What the origin said of what is stored holds for this call as if it had asked itself. */
  private Optional<Response> confirm(Landing.Confirmed confirmed, Request request) {
    CacheDecision.Revalidate asked = request.tag(CacheDecision.Revalidate.class);
    Instant now = clock.instant();
    if (asked == null || !Revalidation.of(asked, confirmed.head(), now, now).isForAll()) {
      return Optional.empty();
    }
    FetchTrace.of(request).collapsedInto(confirmed.trace());
    return Optional.of(Heads.response(request, confirmed.head(), ResponseBody.EMPTY));
  }

  /** Empty where the leader takes longer than anybody should wait for somebody else. */
  private static Optional<Landing> awaitLanding(Flight flight, FetchTrace trace)
      throws IOException {
    return trace.cancellation().awaitAtMost(flight.landing(), HEAD_TIMEOUT)
        ? Optional.of(flight.landing().join())
        : Optional.empty();
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
