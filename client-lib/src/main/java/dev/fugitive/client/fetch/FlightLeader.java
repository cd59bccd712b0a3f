package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.HashedContent;
import dev.fugitive.cache.http.CacheDecision;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.cache.http.Revalidation;
import dev.fugitive.cache.http.Storability;
import dev.fugitive.cache.store.ByteTally;
import dev.fugitive.cache.store.OrderedFill;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.cache.store.StoreFullException;
import dev.fugitive.client.fetch.Flight.Landing;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import okhttp3.Call;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import okio.Source;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leading side of a flight: asks upstream with a call of its own and, where the answer is for
 * everybody, writes its body into the store while all who wait follow it.
 */
final class FlightLeader {
  private static final Logger LOG = LoggerFactory.getLogger(FlightLeader.class);
  private static final long BLOCK_BYTES = 64 * 1024;

  private final Call.Factory upstream;
  private final Library library;
  private final BodyWitness witness;
  private final Commits commits;
  private final InstantSource clock;
  private final Executor pumps;

  /**
   * @param upstream what is behind the coalescing: peers, then the origin
   * @param commits hears of each body that is written into the store
   * @param pumps runs each body's way into the store on a thread of its own
   */
  FlightLeader(
      Call.Factory upstream,
      Library library,
      BodyWitness witness,
      Commits commits,
      InstantSource clock,
      Executor pumps) {
    this.upstream = upstream;
    this.library = library;
    this.witness = witness;
    this.commits = commits;
    this.clock = clock;
    this.pumps = pumps;
  }

  /** What came of asking upstream. */
  private record Answer(
      Call call,
      RequestHead request,
      Response response,
      FetchTrace trace,
      Cancellation.Registration leaving,
      Instant requestTime,
      Instant responseTime) {
    ResponseHead head() {
      return Heads.of(response);
    }

    Library.Arrival arrived(HashedContent content) {
      return new Library.Arrival(
          request, head(), requestTime, responseTime, content, trace.origin(), trace.parts());
    }
  }

  /**
   * Leads a flight until its head is there.
   *
   * @param over runs once when nobody can join the flight any more
   */
  Response lead(Flight flight, Request request, Runnable over) throws IOException {
    FetchTrace trace = FetchTrace.of(request);
    Landing landing = new Landing.Failed();
    try {
      Answer answer = ask(request, trace);
      Optional<Shared> shared = share(answer, trace, over);
      trace.takeFrom(answer.trace());
      landing = landing(answer, shared, request);
      return shared.isEmpty()
          ? answer.response()
          : answer.response().newBuilder().body(shared.get().leaders()).build();
    } catch (IOException e) {
      if (!trace.cancellation().isCancelled()) {
        landing = new Landing.Unanswered();
      }
      throw e;
    } finally {
      flight.land(landing);
      if (!(landing instanceof Landing.Shared)) {
        over.run();
      }
    }
  }

  /**
   * An answer that was asked for by its client's own call.
   *
   * @param landing what others may learn of it, though none joins
   */
  record Alone(Response response, Landing landing) {}

  /**
   * Writes an answer into the store, where it may be stored, while its client reads it; nobody
   * joins.
   *
   * @param call brings the answer; it ends with the client
   */
  Alone alone(Call call, Request request, Response response, Instant sent) throws IOException {
    FetchTrace trace = FetchTrace.of(request);
    Answer answer =
        new Answer(call, Heads.of(request), response, trace, () -> {}, sent, clock.instant());
    Optional<Shared> shared = share(answer, trace, () -> {});
    return new Alone(
        shared.map(body -> response.newBuilder().body(body.leaders()).build()).orElse(response),
        landing(answer, shared, request));
  }

  /** A body that others can follow, and the leader's own reading of it. */
  private record Shared(SharedBody body, SourcedBody leaders) {}

  private static Landing landing(Answer answer, Optional<Shared> shared, Request request) {
    return shared
        .<Landing>map(body ->
            new Landing.Shared(answer.request(), answer.head(), body.body(), answer.trace()))
        .orElseGet(() -> withoutBody(answer, request.tag(CacheDecision.Revalidate.class)));
  }

  /** What the others learn of an answer whose body is the leader's alone, or that has none. */
  private static Landing withoutBody(Answer answer, CacheDecision.@Nullable Revalidate asked) {
    if (asked != null
        && Revalidation.of(asked, answer.head(), answer.requestTime(), answer.responseTime())
            .isForAll()) {
      return new Landing.Confirmed(answer.head(), answer.trace());
    }
    // what an origin in trouble says tells nothing about what it will say
    return new Landing.Unshared(answer.head().status() < 500);
  }

  private Answer ask(Request request, FetchTrace trace) throws IOException {
    FetchTrace own = trace.asking();
    Call call = upstream.newCall(own.attachTo(request));
    Cancellation.Registration leaving =
        trace
            .cancellation()
            .onCancel(() -> {
              own.cancellation().cancel();
              call.cancel();
            });
    Instant sent = clock.instant();
    try {
      Response response = call.execute();
      return new Answer(call, Heads.of(request), response, own, leaving, sent, clock.instant());
    } catch (IOException | RuntimeException e) {
      leaving.close();
      trace.takeFrom(own);
      throw e;
    }
  }

  /** Empty where the answer is the leader's alone. */
  private Optional<Shared> share(Answer answer, FetchTrace trace, Runnable over)
      throws IOException {
    Optional<Shared> shared;
    try {
      shared =
          answer.response().body() instanceof SourcedBody body
              ? fromPeers(body, over)
              : fromOrigin(answer, trace, over);
    } catch (IOException | RuntimeException e) {
      answer.response().close();
      throw e;
    }
    shared.ifPresent(s -> {
      // from here on the leader leaves like any other reader
      answer.leaving().close();
      s.leaders().endedBy(trace.cancellation());
    });
    return shared;
  }

  private static Optional<Shared> fromPeers(SourcedBody body, Runnable over) {
    PeerFetch fetch = body.peerFetch();
    if (fetch == null) {
      return Optional.empty();
    }
    fetch.whenEnded(whole -> over.run());
    return Optional.of(new Shared(new SharedBody.FromPeers(fetch, body.contentTypeField()), body));
  }

  private Optional<Shared> fromOrigin(Answer answer, FetchTrace trace, Runnable over)
      throws IOException {
    if (!(Storability.mayStore(answer.request(), answer.head(), answer.responseTime())
        instanceof Storability.Storable)) {
      return Optional.empty();
    }
    try {
      OrderedFill fill =
          library.fillInOrder(
              answer.response().body().contentLength(), answer.trace().named().algorithms());
      return Optional.of(follow(fill, answer, trace, over));
    } catch (StoreFullException e) {
      LOG.debug("not stored: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private Shared follow(OrderedFill fill, Answer answer, FetchTrace trace, Runnable over)
      throws IOException {
    long length = answer.response().body().contentLength();
    SharedBody body =
        new SharedBody.FromOrigin(fill, answer.response().header("Content-Type"), length);
    SourcedBody leaders =
        body.attach(trace.tally())
            .orElseThrow(() -> new IllegalStateException("a new fill has its first byte"));
    answer.trace().storing();
    Commits.Commit commit = commits.begin(answer.request(), answer.head(), fill, length);
    Runnable arrived = expect(answer, length);
    Runnable settled =
        () -> {
          commit.settled();
          arrived.run();
          over.run();
        };
    try {
      pumps.execute(() -> pump(answer, fill, commit, settled));
    } catch (RejectedExecutionException e) {
      fill.close();
      settled.run();
      throw new IOException("the node is closed", e);
    }
    return new Shared(body, leaders);
  }

  /** Of what is put together of parts nobody is told before it is here. */
  private Runnable expect(Answer answer, long length) {
    return answer.trace().parts() == null
        ? library.expect(answer.request(), answer.head(), length, answer.trace().origin())
        : () -> {};
  }

  /** Nobody may join any more when the readers hear of a failure, so the flight is over first. */
  private void pump(Answer answer, OrderedFill fill, Commits.Commit commit, Runnable over) {
    try (fill;
        Response response = answer.response()) {
      try {
        copy(response, fill);
        commit.ended();
        Optional<HashedContent> content = fill.finish();
        content.ifPresent(whole -> take(answer, whole));
        over.run();
        content.ifPresent(
            whole -> library.decoded().offer(answer.arrived(whole), answer.trace().named()));
      } catch (IOException e) {
        giveUp(answer, fill, over, e);
      } catch (RuntimeException | Error e) {
        LOG.error("the body of {} is given up", answer.request().url(), e);
        giveUp(answer, fill, over, new IOException("the fetch is broken: " + e, e));
      }
    }
  }

  private void take(Answer answer, HashedContent content) {
    library.addFromOrigin(answer.arrived(content));
    witness.came(answer.request(), answer.head(), answer.trace(), content.digests());
  }

  /** What came is kept, so that whoever asks next gets the rest alone from the origin. */
  private void giveUp(Answer answer, OrderedFill fill, Runnable over, IOException why) {
    Optional<Source> came = fill.source(new ByteTally(), Provenance.ORIGIN);
    over.run();
    answer.call().cancel();
    fill.fail(why);
    if (came.isEmpty()) {
      return;
    }
    try (Source bytes = came.get()) {
      library
          .parts()
          .keepInterrupted(
              answer.request(),
              answer.head(),
              answer.requestTime(),
              answer.responseTime(),
              bytes,
              fill.length(),
              answer.trace());
    } catch (IOException e) {
      LOG.debug("nothing of {} is kept: {}", answer.request().url(), e.getMessage());
    }
  }

  private static void copy(Response response, OrderedFill fill) throws IOException {
    Buffer block = new Buffer();
    while (response.body().source().read(block, BLOCK_BYTES) != -1) {
      fill.write(block);
    }
  }
}
