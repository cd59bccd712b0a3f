package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.HashedContent;
import dev.fugitive.cache.http.DecodedHead;
import dev.fugitive.cache.http.RangeRequest;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.client.trust.Evidence;
import dev.fugitive.client.trust.EvidenceRules;
import dev.fugitive.client.trust.Why;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import okhttp3.Interceptor.Chain;
import okhttp3.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers from peers where a flat digest alone says what the bytes are: the head comes from the
 * origin, and all of the body is proven before any of it is given.
 */
final class DigestAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(DigestAnswers.class);

  private final PeerPlanner planner;
  private final DigestFetches proofs;
  private final Library library;
  private final BodyWitness witness;
  private final InstantSource clock;

  DigestAnswers(
      PeerPlanner planner,
      DigestFetches proofs,
      Library library,
      BodyWitness witness,
      InstantSource clock) {
    this.planner = planner;
    this.proofs = proofs;
    this.library = library;
    this.witness = witness;
    this.clock = clock;
  }

  /** The head comes from the origin by HEAD, the bytes from peers. */
  Response byDigest(Chain chain, RequestHead request, PeerPlan.ByDigest plan) throws IOException {
    Optional<OriginHead> asked = OriginHead.ask(chain, clock);
    return asked.isPresent() && names(plan.evidence(), request, asked.get().head())
        ? byDigest(chain, request, plan, asked.get())
        : PeerInterceptor.fromOrigin(chain, Why.NO_EVIDENCE);
  }

  private static boolean names(Evidence evidence, RequestHead request, ResponseHead head) {
    return EvidenceRules.holdsFor(evidence, request, head)
        || (EvidenceRules.namesDecoded(evidence, request, head)
            // positions are those of the coded bytes
            && !request.fields().has("Range")
            && DecodedHead.isAllowed(request, head));
  }

  /** The origin's answer to HEAD may state a digest (RFC 9530), which costs less than the body. */
  Response byOriginsDigest(Chain chain, RequestHead request) throws IOException {
    Optional<OriginHead> answer = OriginHead.ask(chain, clock);
    RequestHead headRequest = new RequestHead("HEAD", request.url(), request.fields());
    List<Evidence.ProvesWhole> stated =
        answer.map(asked -> EvidenceRules.ofResponse(headRequest, asked.head())).orElse(List.of());
    if (answer.isEmpty() || stated.isEmpty()) {
      planner.noteNoDigest(request);
      return PeerInterceptor.fromOrigin(chain, Why.NO_EVIDENCE);
    }
    OriginHead asked = answer.get();
    if (asked.lengthBytes() < OriginHead.WORTH_ASKING_BYTES) {
      return PeerInterceptor.fromOrigin(chain, Why.TOO_SMALL);
    }
    FetchTrace.of(chain.request()).turnTo(FetchPhase.PEERS);
    Optional<PeerPlan.ByDigest> plan = planner.claims(stated);
    return plan.isPresent()
        ? byDigest(chain, request, plan.get(), asked)
        : PeerInterceptor.fromOrigin(chain, Why.NO_PEER);
  }

  /** Nothing is read before all of it is proven. */
  private Response byDigest(
      Chain chain, RequestHead request, PeerPlan.ByDigest plan, OriginHead asked)
      throws IOException {
    FetchTrace trace = FetchTrace.of(chain.request());
    boolean behindCoding = EvidenceRules.namesDecoded(plan.evidence(), request, asked.head());
    return switch (proofs.prove(plan, asked.head(), behindCoding, trace)) {
      case DigestFetches.Proven.Not(Why why) -> PeerInterceptor.fromOrigin(chain, why);
      case DigestFetches.Proven.Here proven -> {
        ResponseHead head =
            behindCoding ? DecodedHead.of(asked.head(), proven.lengthBytes()) : asked.head();
        Optional<RangeRequest.Part> part = part(request, proven.lengthBytes());
        Optional<SourcedBody> body = open(proven, part, head, trace);
        if (body.isEmpty()) {
          yield PeerInterceptor.fromOrigin(chain, Why.PEERS_FAILED);
        }
        witness.came(request, head, trace, proven.digests());
        keep(whole(request), plan.evidence(), asked, proven.content(), trace);
        yield Heads.response(
            chain.request(),
            part.map(range -> partial(head, range, proven.lengthBytes())).orElse(head),
            body.get());
      }
    };
  }

  /** Empty where it is gone again: evicted, or passed on without being stored by a full disk. */
  private Optional<SourcedBody> open(
      DigestFetches.Proven.Here proven,
      Optional<RangeRequest.Part> part,
      ResponseHead head,
      FetchTrace trace)
      throws IOException {
    try {
      return Optional.of(proofs.open(proven, part, head, trace));
    } catch (IOException e) {
      if (trace.cancellation().isCancelled()) {
        throw e;
      }
      LOG.info("proven, and not here: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private static RequestHead whole(RequestHead request) {
    return new RequestHead(request.method(), request.url(), request.fields().without("Range"));
  }

  /** The one range that is asked for; what was planned has no more. */
  private static Optional<RangeRequest.Part> part(RequestHead request, long lengthBytes) {
    return request
        .fields()
        .first("Range")
        .map(range -> RangeRequest.parse(range, lengthBytes))
        .filter(RangeRequest.Part.class::isInstance)
        .map(RangeRequest.Part.class::cast);
  }

  /** RFC 9110 section 15.3.7.1. */
  private static ResponseHead partial(
      ResponseHead whole, RangeRequest.Part part, long lengthBytes) {
    String range = "bytes %d-%d/%d".formatted(part.first(), part.last(), lengthBytes);
    return new ResponseHead(
        206,
        "Partial Content",
        whole
            .fields()
            .with("Content-Length", Long.toString(part.length()))
            .with("Content-Range", range));
  }

  /**
   * A caller's word, or a page's about what it loads, is good enough for who asked, but no
   * statement about the URL: what it proved is kept for nobody else.
   */
  private void keep(
      RequestHead request,
      Evidence.ProvesWhole evidence,
      OriginHead asked,
      ContentId content,
      FetchTrace trace) {
    HashedContent hashed = new HashedContent(content, Set.of(evidence.digest()));
    Library.Arrival arrival =
        new Library.Arrival(
            request, asked.head(), asked.sent(), asked.came(), hashed, trace.origin(), null);
    switch (evidence.source().reach()) {
      case ASKER -> {
        // the content stays, under its own name alone
      }
      case NODE -> library.addProven(arrival);
      case ANYBODY -> library.addFromOrigin(arrival);
    }
  }
}
