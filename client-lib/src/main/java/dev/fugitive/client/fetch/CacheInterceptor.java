package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.CacheDecision;
import dev.fugitive.cache.http.CachePolicy;
import dev.fugitive.cache.http.CacheStatus;
import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.Invalidation;
import dev.fugitive.cache.http.RangeRequest;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.cache.http.Revalidation;
import dev.fugitive.cache.http.StoredResponse;
import dev.fugitive.cache.store.DamagedContentException;
import dev.fugitive.cache.store.HeldContent;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides by RFC 9111 what a request gets, then does it: from the store, after asking the origin,
 * or by passing it on.
 */
final class CacheInterceptor implements Interceptor {
  private static final Logger LOG = LoggerFactory.getLogger(CacheInterceptor.class);

  private final Library library;
  private final FlightLeader leader;
  private final Call.Factory origin;
  private final Revalidator revalidator;
  private final PartialAnswers parts;
  private final Refresh refresh;
  private final Commits commits;
  private final InstantSource clock;

  /**
   * @param leader stores what answers an unsafe method
   * @param origin what is asked for the rest of a body that the disk does not give
   * @param commits what is waited for by those who can only be answered from the store
   */
  CacheInterceptor(
      Library library,
      FlightLeader leader,
      Call.Factory origin,
      Refresh refresh,
      Commits commits,
      InstantSource clock) {
    this.library = library;
    this.commits = commits;
    this.leader = leader;
    this.origin = origin;
    this.revalidator = new Revalidator(clock);
    this.parts = new PartialAnswers(library, origin, revalidator, clock);
    this.refresh = refresh;
    this.clock = clock;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    RequestHead request = Heads.of(chain.request());
    if (!FlightKey.mayFollow(request)) {
      commits.await(request, clock.instant(), FetchTrace.of(chain.request()).cancellation());
    }
    Optional<Response> fromParts = parts.answer(chain, request);
    return fromParts.isPresent()
        ? fromParts.get()
        : act(chain, CachePolicy.decide(request, library.stored(request), clock.instant()));
  }

  /**
   * A fresh answer from the store for a request that went on as a miss, or to validate what has
   * been validated meanwhile; empty where there is none.
   */
  Optional<Response> fromStore(Request request) throws IOException {
    RequestHead head = Heads.of(request);
    return switch (CachePolicy.decide(head, library.stored(head), clock.instant())) {
      case CacheDecision.Serve serve ->
          open(request, serve.stored(), serve.body())
              .map(body -> Heads.response(request, Heads.withoutCacheStatus(serve.head()), body));
      case CacheDecision.ServeNotModified same when same.revalidation().isEmpty() ->
          Optional.of(
              Heads.response(request, Heads.withoutCacheStatus(same.head()), ResponseBody.EMPTY));
      default -> parts.fresh(request, head);
    };
  }

  /**
   * Opens what is stored; empty where it is not here, or its disk is found damaged before the first
   * byte. Damage behind that is made good by the origin.
   */
  private Optional<SourcedBody> open(
      Request request, StoredResponse stored, RangeRequest.Servable part) throws IOException {
    Optional<HeldContent> held = library.openWhole(stored.content());
    if (held.isEmpty()) {
      return Optional.empty();
    }
    FetchTrace trace = FetchTrace.of(request);
    trace.serving(stored);
    SourcedBody body =
        StoredBody.open(
            held.get(),
            stored,
            part,
            trace,
            OriginRequests.validated(origin, request, stored, trace));
    try {
      body.source().request(1);
      return Optional.of(body);
    } catch (DamagedContentException e) {
      LOG.warn("fetched anew: {}", e.getMessage());
      body.close();
      return Optional.empty();
    }
  }

  private Response act(Chain chain, CacheDecision decision) throws IOException {
    return switch (decision) {
      case CacheDecision.Serve serve ->
          serve(chain, serve.stored(), serve.head(), serve.body(), serve.status());
      case CacheDecision.ServeStale stale -> {
        stale.revalidation().ifPresent(refresh::start);
        yield serve(chain, stale.stored(), stale.head(), stale.body(), stale.status());
      }
      case CacheDecision.ServeNotModified same -> {
        same.revalidation().ifPresent(refresh::start);
        yield Heads.response(chain.request(), same.head(), ResponseBody.EMPTY);
      }
      case CacheDecision.Unsatisfiable none ->
          Heads.response(chain.request(), none.head(), ResponseBody.EMPTY);
      case CacheDecision.Revalidate revalidate -> revalidate(chain, revalidate);
      case CacheDecision.ValidateAny any -> validateAny(chain, any);
      case CacheDecision.Fill fill -> forward(chain, fill.forward(), fill.status());
      case CacheDecision.Forward forward -> forward(chain, forward.forward(), forward.status());
    };
  }

  private Response serve(
      Chain chain,
      StoredResponse stored,
      ResponseHead head,
      RangeRequest.Servable part,
      CacheStatus status)
      throws IOException {
    if (chain.request().method().equals("HEAD")) {
      return Heads.response(chain.request(), head, ResponseBody.EMPTY);
    }
    Optional<SourcedBody> body = open(chain.request(), stored, part);
    if (body.isEmpty()) {
      FetchTrace.of(chain.request()).believe(stored);
      return forward(chain, Heads.of(chain.request()), status.withDetail("evicted"));
    }
    return Heads.response(chain.request(), head, body.get());
  }

  private Response revalidate(Chain chain, CacheDecision.Revalidate asked) throws IOException {
    return switch (revalidator.ask(chain, asked)) {
      case Revalidator.Outcome.FromStore(
              CacheDecision answer,
              Optional<Revalidation.Freshened> freshened,
              Fields forClientOnly) -> {
        // who asked for all takes the new fields over for all
        if (!FetchTrace.of(chain.request()).collapsed()) {
          freshened.ifPresent(library::freshen);
        }
        yield Heads.withAdded(act(chain, answer), forClientOnly);
      }
      case Revalidator.Outcome.FromOrigin(Response response, boolean forget) -> {
        if (forget) {
          library.forget(asked.stored());
        }
        yield told(chain, response, asked.status());
      }
    };
  }

  /**
   * RFC 9111 section 4.1: a 304 says which of the stored variants is this request's as well. Where
   * the origin cannot be asked, peers may have the one that is wanted.
   */
  private Response validateAny(Chain chain, CacheDecision.ValidateAny any) throws IOException {
    if (FetchTrace.of(chain.request()).offline()) {
      return act(chain, any.unconditional());
    }
    Instant sent = clock.instant();
    Request asked =
        Heads.withFields(chain.request(), any.forward().fields())
            .newBuilder()
            .tag(CacheDecision.ValidateAny.class, any)
            .build();
    Response response;
    try {
      response = chain.proceed(asked);
    } catch (IOException e) {
      return withoutOrigin(chain, any, e);
    }
    if (response.code() != 304) {
      return told(chain, response, any.status());
    }
    response.close();
    ResponseHead notModified = Heads.of(response);
    Optional<CacheDecision.Revalidate> chosen = any.chosenBy(notModified);
    if (chosen.isPresent()
        && Revalidation.of(chosen.get(), notModified, sent, clock.instant())
            instanceof Revalidation.Freshened freshened) {
      // what this client may not leave behind says nothing against what others left
      if (freshened.keep()) {
        library.freshen(freshened);
      }
      return Heads.withAdded(act(chain, freshened.answer()), freshened.forClientOnly());
    }
    return act(chain, any.unconditional());
  }

  private Response withoutOrigin(Chain chain, CacheDecision.ValidateAny any, IOException failure)
      throws IOException {
    if (chain.call().isCanceled()) {
      throw failure;
    }
    try {
      return act(chain, any.unconditional());
    } catch (IOException e) {
      e.addSuppressed(failure);
      throw e;
    }
  }

  private Response forward(Chain chain, RequestHead forward, CacheStatus status)
      throws IOException {
    Request request = Heads.withFields(chain.request(), forward.fields());
    Instant sent = clock.instant();
    Response response = chain.proceed(request);
    Invalidation.keys(forward, Heads.of(response)).forEach(library::forget);
    // RFC 9110 section 9.3.3: what a POST answered may answer a later GET
    return forward.method().equals("POST")
        ? told(chain, leader.alone(chain.call(), request, response, sent).response(), status)
        : told(chain, response, status);
  }

  /** Adds our member of {@code Cache-Status} (RFC 9211) to a response that went forward. */
  static Response told(Chain chain, Response response, CacheStatus status) {
    FetchTrace trace = FetchTrace.of(chain.request());
    CacheStatus forwarded =
        trace.statusOfRest() == 0
            ? status.withForwardStatus(response.code())
            : status.completing().withForwardStatus(trace.statusOfRest());
    CacheStatus full = forwarded.withStored(trace.stored()).withCollapsed(trace.collapsed());
    return Heads.withFields(response, full.appendTo(Heads.fields(response.headers())));
  }
}
