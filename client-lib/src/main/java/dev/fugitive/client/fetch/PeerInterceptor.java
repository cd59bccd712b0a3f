package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.HashedContent;
import dev.fugitive.cache.http.CacheDecision;
import dev.fugitive.cache.http.CachePolicy;
import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.HttpDate;
import dev.fugitive.cache.http.RangeRequest;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.cache.http.Revalidation;
import dev.fugitive.cache.http.StoredResponse;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.trust.Evidence;
import dev.fugitive.client.trust.EvidenceRules;
import dev.fugitive.client.trust.Why;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import okhttp3.Interceptor;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers from peers where there is evidence of what the bytes are, and from the origin otherwise.
 *
 * <p>Peers give bytes, never meaning: the head comes from a voucher by a trusted key, from our own
 * past, or from the origin. A peer's failure before the first byte leads to a plain request to the
 * origin; after it, the swarm itself resumes from the origin by ranges.
 */
final class PeerInterceptor implements Interceptor {
  private static final Logger LOG = LoggerFactory.getLogger(PeerInterceptor.class);

  private final PeerPlanner planner;
  private final PeerFetches fetches;
  private final DigestAnswers digestAnswers;
  private final Library library;
  private final SiteManifests manifests;
  private final Revalidator revalidator;
  private final InstantSource clock;
  private final Optional<Race> race;

  /**
   * @param race where the origin is asked at the same time as peers
   */
  PeerInterceptor(
      PeerPlanner planner,
      PeerFetches fetches,
      DigestAnswers digestAnswers,
      Library library,
      SiteManifests manifests,
      InstantSource clock,
      Optional<Race> race) {
    this.planner = planner;
    this.fetches = fetches;
    this.digestAnswers = digestAnswers;
    this.library = library;
    this.manifests = manifests;
    this.revalidator = new Revalidator(clock);
    this.clock = clock;
    this.race = race;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    RequestHead request = Heads.of(chain.request());
    FetchTrace trace = FetchTrace.of(chain.request());
    try (PeerWish wish = planner.wish()) {
      Response response =
          race.isPresent() && planner.wouldAsk(request, trace)
              ? answerFirst(race.get(), chain, request, wish)
              : answer(chain, request, wish);
      manifests.heard(response);
      return response;
    }
  }

  private Response answer(Chain chain, RequestHead request, PeerWish wish) throws IOException {
    PeerPlan plan = planner.plan(request, FetchTrace.of(chain.request()), wish);
    if (!(plan instanceof PeerPlan.ByRoot)) {
      wish.takeBack();
    }
    return follow(plan, chain, request);
  }

  private Response answerFirst(Race race, Chain chain, RequestHead request, PeerWish wish)
      throws IOException {
    FetchTrace trace = FetchTrace.of(chain.request());
    return switch (race.run(chain.request(), request, wish)) {
      case Race.Winner.Origin(Response response) -> response;
      case Race.Winner.Swarm(PeerPlan.ByRoot plan) -> {
        try {
          yield byRoot(chain, request, plan);
        } finally {
          trace.ahead().filter(start -> !start.isKept()).ifPresent(HeadStart::close);
        }
      }
    };
  }

  private Response follow(PeerPlan chosen, Chain chain, RequestHead request) throws IOException {
    return switch (chosen) {
      case PeerPlan.WithoutPeers(Why why) -> fromOrigin(chain, why);
      case PeerPlan.ByRoot plan -> byRoot(chain, request, plan);
      case PeerPlan.ByManifest(SiteManifests.Stated stated) -> byManifest(chain, request, stated);
      case PeerPlan.ByDigest plan -> digestAnswers.byDigest(chain, request, plan);
      case PeerPlan.ByOriginsDigest ignored -> digestAnswers.byOriginsDigest(chain, request);
    };
  }

  /** Goes on as if there were no peers, and notes why. */
  static Response fromOrigin(Chain chain, Why why) throws IOException {
    FetchTrace.of(chain.request()).noPeersBecause(why);
    return chain.proceed(chain.request());
  }

  /**
   * What a voucher or our past states is judged by HTTP's rules as if it stood in our own store.
   */
  private Response byRoot(Chain chain, RequestHead request, PeerPlan.ByRoot plan)
      throws IOException {
    CacheDecision decision = CachePolicy.decide(request, List.of(plan.believed()), clock.instant());
    return decision instanceof CacheDecision.Revalidate revalidate
        ? revalidate(chain, plan, revalidate)
        : answer(chain, plan, decision);
  }

  /** The head comes from the origin by HEAD, what the bytes are from its manifest. */
  private Response byManifest(Chain chain, RequestHead request, SiteManifests.Stated stated)
      throws IOException {
    if (stated.entry().content().length() < OriginHead.WORTH_ASKING_BYTES) {
      return fromOrigin(chain, Why.TOO_SMALL);
    }
    CompletableFuture<Optional<ByteBuffer>> leaves = manifests.leaves(stated);
    Optional<StoredResponse> believed =
        OriginHead.ask(chain, clock)
            .filter(asked -> describes(stated, asked))
            .flatMap(asked ->
                library.believe(
                    new Library.Arrival(
                        request,
                        asked.head(),
                        asked.sent(),
                        asked.came(),
                        new HashedContent(
                            stated.entry().content(), Set.of(stated.entry().digest())),
                        FetchTrace.of(chain.request()).origin(),
                        null)));
    if (believed.isEmpty()) {
      return fromOrigin(chain, Why.NO_EVIDENCE);
    }
    List<PeerSession> holders = planner.holdersOf(stated.entry().content());
    return byRoot(
        chain,
        request,
        new PeerPlan.ByRoot(
            believed.get(),
            holders,
            planner.relays(stated.entry().content(), holders),
            true,
            SiteManifests.await(leaves)));
  }

  /** Whether the file is still the one that the manifest describes, as far as its head tells. */
  private static boolean describes(SiteManifests.Stated stated, OriginHead asked) {
    Fields fields = asked.head().fields();
    boolean unchanged =
        fields
            .first("Last-Modified")
            .flatMap(date -> HttpDate.parse(date, asked.came()))
            .filter(changed -> !changed.isAfter(stated.manifest().made()))
            .isPresent();
    List<Evidence.ProvesWhole> digests =
        EvidenceRules.ofResponse(
            new RequestHead("HEAD", stated.site().toString(), Fields.EMPTY), asked.head());
    boolean contradicted =
        digests.stream()
            .map(Evidence.ProvesWhole::digest)
            .anyMatch(digest ->
                digest.algorithm() == stated.entry().digest().algorithm()
                    && !digest.equals(stated.entry().digest()));
    return (unchanged || !digests.isEmpty())
        && !contradicted
        && !fields.has("Content-Encoding")
        && fields
            .first("Content-Length")
            .filter(Long.toString(stated.entry().content().length())::equals)
            .isPresent();
  }

  private Response revalidate(Chain chain, PeerPlan.ByRoot plan, CacheDecision.Revalidate asked)
      throws IOException {
    return switch (revalidator.ask(chain, asked)) {
      case Revalidator.Outcome.FromOrigin(Response response, boolean ignored) -> response;
      case Revalidator.Outcome.FromStore fromStore -> {
        // the origin has just said that this is no longer everybody's
        if (fromStore.freshened().map(freshened -> !freshened.keep()).orElse(false)) {
          yield fromOrigin(chain, Why.NOT_SHAREABLE);
        }
        StoredResponse held =
            fromStore.freshened().map(Revalidation.Freshened::stored).orElse(plan.believed());
        Response response =
            answer(
                chain,
                new PeerPlan.ByRoot(
                    held, plan.holders(), plan.relays(), plan.published(), plan.leaves()),
                fromStore.answer());
        yield Heads.withAdded(response, fromStore.forClientOnly());
      }
    };
  }

  private Response answer(Chain chain, PeerPlan.ByRoot plan, CacheDecision decision)
      throws IOException {
    return switch (decision) {
      case CacheDecision.Serve serve -> swarm(chain, plan, serve.head(), serve.body());
      case CacheDecision.ServeStale stale -> swarm(chain, plan, stale.head(), stale.body());
      case CacheDecision.Unsatisfiable none ->
          Heads.response(chain.request(), none.head(), ResponseBody.EMPTY);
      case CacheDecision.Forward ignored -> fromOrigin(chain, Why.NOT_SHAREABLE);
      case CacheDecision.Fill ignored -> fromOrigin(chain, Why.NO_EVIDENCE);
      case CacheDecision.ServeNotModified ignored -> fromOrigin(chain, Why.NO_EVIDENCE);
      case CacheDecision.Revalidate ignored -> fromOrigin(chain, Why.NO_EVIDENCE);
      case CacheDecision.ValidateAny ignored -> fromOrigin(chain, Why.NO_EVIDENCE);
    };
  }

  /** Several ranges are the origin's to give, unless all of the content is here. */
  private Response swarm(
      Chain chain, PeerPlan.ByRoot plan, ResponseHead head, RangeRequest.Servable part)
      throws IOException {
    return part instanceof RangeRequest.Several
        ? fromOrigin(chain, Why.NOT_SHAREABLE)
        : swarmOne(chain, plan, head, part);
  }

  /** Before the first byte peers may fail unnoticed: the origin is asked as if there were none. */
  private Response swarmOne(
      Chain chain, PeerPlan.ByRoot plan, ResponseHead head, RangeRequest.Servable part)
      throws IOException {
    FetchTrace trace = FetchTrace.of(chain.request());
    try {
      SourcedBody body = fetches.byRoot(chain.request(), plan, part, trace);
      return Heads.response(chain.request(), Heads.withoutCacheStatus(head), body);
    } catch (IOException e) {
      if (trace.cancellation().isCancelled()) {
        throw e;
      }
      LOG.info("peers gave nothing of {}: {}", plan.believed().content(), e.getMessage());
      return fromOrigin(chain, Why.PEERS_FAILED);
    }
  }
}
