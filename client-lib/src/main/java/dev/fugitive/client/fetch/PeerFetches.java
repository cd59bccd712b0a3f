package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.http.RangeRequest;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.cache.http.StoredResponse;
import dev.fugitive.cache.store.ByteTally;
import dev.fugitive.cache.store.HeldContent;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.transfer.Download;
import dev.fugitive.client.transfer.DownloadProgress;
import dev.fugitive.client.transfer.FetchPolicy;
import dev.fugitive.client.trust.EvidenceSource;
import dev.fugitive.client.trust.Why;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import okhttp3.Call;
import okhttp3.Request;
import okio.BufferedSource;
import okio.Okio;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fetches contents from peers into the store. */
final class PeerFetches {
  private static final Logger LOG = LoggerFactory.getLogger(PeerFetches.class);

  /** Beyond this, waiting for a body's whole proof costs more than the origin. */
  static final long MAX_UNPROVEN_BYTES = 64L * 1024 * 1024;

  /**
   * No more is fetched of what has another length than the origin states, since it may be coded.
   */
  private static final long MAX_RECODED_BYTES = 16L * 1024 * 1024;

  /** Below this nobody is asked who does not say to hold the content. */
  private static final long MIN_CROWD_BYTES = 256L * 1024;

  /** Claims that contradict each other and are looked into, one after another. */
  private static final int MAX_CLAIMS = 3;

  private static final Duration PROOF_TIMEOUT = Duration.ofSeconds(15);

  private final PeerNetwork peers;
  private final Library library;
  private final Call.Factory origin;
  private final FetchPolicy policy;

  /** So that those who want the same content at the same time share one fetch. */
  private final ConcurrentMap<ContentId, PeerFetch> underWay = new ConcurrentHashMap<>();

  /** What is being fetched and hashed as a whole, each by one call. */
  private final ConcurrentMap<ContentId, CompletableFuture<Void>> proving =
      new ConcurrentHashMap<>();

  PeerFetches(PeerNetwork peers, Library library, Call.Factory origin, FetchPolicy policy) {
    this.peers = peers;
    this.library = library;
    this.origin = origin;
    this.policy = policy;
  }

  /** What became of a content of which only a flat digest was known. */
  sealed interface Proven {
    /**
     * All of it is here, and it has the digest.
     *
     * @param digests of the body, by that algorithm and by those that documents name it by
     * @param decoded where the body is what the content is behind its coding; empty where it is the
     *     content itself
     * @param came where the content's bytes came from
     */
    record Here(ContentId content, Set<Digest> digests, Optional<Unencoded> decoded, ByteTally came)
        implements Proven {
      long lengthBytes() {
        return decoded.map(Unencoded::lengthBytes).orElse(content.length());
      }
    }

    /** It is not. */
    record Not(Why why) implements Proven {}
  }

  /**
   * Fetches by a known root; returns when the first byte that is wanted is here.
   *
   * @throws IOException where neither peers nor the origin gave it
   */
  SourcedBody byRoot(
      Request request, PeerPlan.ByRoot plan, RangeRequest.Servable part, FetchTrace trace)
      throws IOException {
    StoredResponse believed = plan.believed();
    trace.serving(believed);
    trace.provenBy(plan.published() ? EvidenceSource.SITE_MANIFEST : EvidenceSource.VOUCHER);
    String contentType = believed.head().fields().first("Content-Type").orElse(null);
    Optional<HeldContent> held = library.openWhole(believed.content());
    if (held.isPresent()) {
      library.addFromPeers(believed, plan.published());
      return StoredBody.open(
          held.get(),
          believed,
          part,
          trace,
          OriginRequests.validated(origin, request, believed, trace));
    }
    trace.storing();
    trace.turnTo(FetchPhase.PEERS);
    Optional<SourcedBody> joined = join(plan, contentType, part, trace);
    return joined.isPresent() ? joined.get() : begin(request, plan, contentType, part, trace);
  }

  /**
   * Reads what another call is fetching already, under whatever URL; empty where nobody is, or that
   * one ends early.
   */
  private Optional<SourcedBody> join(
      PeerPlan.ByRoot plan,
      @Nullable String contentType,
      RangeRequest.Servable part,
      FetchTrace trace)
      throws IOException {
    StoredResponse believed = plan.believed();
    ContentId content = believed.content();
    PeerFetch running = underWay.get(content);
    if (running == null) {
      return Optional.empty();
    }
    try {
      SourcedBody body = withFirstByte(open(running, contentType, part, trace));
      running.whenEnded(whole -> {
        if (whole) {
          library.addFromPeers(believed, plan.published());
        }
      });
      return Optional.of(body);
    } catch (IOException e) {
      if (trace.cancellation().isCancelled()) {
        throw e;
      }
      underWay.remove(content, running);
      return Optional.empty();
    }
  }

  private SourcedBody begin(
      Request request,
      PeerPlan.ByRoot plan,
      @Nullable String contentType,
      RangeRequest.Servable part,
      FetchTrace trace)
      throws IOException {
    StoredResponse believed = plan.believed();
    PeerFetch fetch = new PeerFetch(library.fillByChunks(believed.content()));
    SourcedBody body = open(fetch, contentType, part, trace);
    if (!trace.offline()) {
      underWay.put(believed.content(), fetch);
    }
    plan.leaves().ifPresent(leaves -> learn(fetch, leaves));
    fetch.whenEnded(whole -> ended(fetch, plan, whole));
    library.offerPartly(believed, plan.published());
    Download download =
        start(
            fetch,
            plan.holders(),
            plan.relays(),
            trace.offline() ? null : new OriginRequests(origin, request, believed, trace));
    SourcedBody begun = withFirstByte(body);
    if (!begun.anyFromPeers() && trace.tally().bytes(Provenance.ORIGIN) > 0) {
      trace.noPeersBecause(whyNot(download.progress()));
    }
    return begun;
  }

  private static Why whyNot(DownloadProgress progress) {
    if (progress.refusals().contains(RefusalReason.BUSY)) {
      return Why.BUSY;
    }
    return progress.refusals().contains(RefusalReason.NOT_ALLOWED)
        ? Why.NOT_ALLOWED
        : Why.PEERS_FAILED;
  }

  private static void learn(PeerFetch fetch, ByteBuffer leaves) {
    fetch
        .fill()
        .tree()
        .learnLeaves(leaves)
        .ifPresent(reason -> LOG.info("published leaves are not used: {}", reason));
  }

  private void ended(PeerFetch fetch, PeerPlan.ByRoot plan, boolean whole) {
    StoredResponse believed = plan.believed();
    underWay.remove(believed.content(), fetch);
    if (whole) {
      library.addFromPeers(believed, plan.published());
    } else {
      library.withdrawPartly(believed.content());
    }
  }

  private static SourcedBody open(
      PeerFetch fetch, @Nullable String contentType, RangeRequest.Servable part, FetchTrace trace)
      throws IOException {
    SourcedBody body =
        switch (part) {
          case RangeRequest.Whole ignored -> fetch.open(contentType, trace.tally());
          case RangeRequest.Part(long first, long last) ->
              fetch.open(contentType, first, last + 1, trace.tally());
          case RangeRequest.Several several ->
              throw new IllegalArgumentException("ranges: " + several + " (expected: one)");
        };
    return body.endedBy(trace.cancellation());
  }

  private static SourcedBody withFirstByte(SourcedBody body) throws IOException {
    try {
      body.source().request(1);
      return body;
    } catch (IOException e) {
      body.close();
      throw e;
    }
  }

  private Download start(
      PeerFetch fetch,
      Collection<PeerSession> holders,
      Collection<PeerSession> relays,
      @Nullable OriginRequests ranges) {
    return peers
        .downloads()
        .start(
            fetch.content(),
            fetch.fill(),
            holders,
            relays,
            fellows(fetch, ranges),
            ranges,
            policy,
            outcome -> {
              if (!fetch.end(outcome)) {
                var unused = start(fetch, holders, relays, ranges);
              }
            });
  }

  /** Whoever fetches a long content at the same time spares the origin together with us. */
  private Collection<PeerSession> fellows(PeerFetch fetch, @Nullable OriginRequests ranges) {
    boolean worthwhile = ranges != null && fetch.content().length() >= MIN_CROWD_BYTES;
    return worthwhile ? peers.mesh().sessions() : List.of();
  }

  /**
   * Fetches what peers claim to have a digest, and returns when all of it is here and was hashed,
   * or cannot be had.
   *
   * @param head the origin's, of the same representation
   * @param behindCoding whether the digest is of the bytes behind the content coding of that head:
   *     then peers' copies may be coded in any way, or in none
   */
  Proven byDigest(PeerPlan.ByDigest plan, ResponseHead head, boolean behindCoding, FetchTrace trace)
      throws IOException {
    Proven proven = new Proven.Not(Why.NO_PEER);
    for (ContentId content : claimsOf(plan, head, behindCoding)) {
      List<PeerSession> claimants =
          plan.claims().stream()
              .filter(claim -> claim.content().equals(content))
              .map(PeerPlan.Claim::session)
              .toList();
      proven = prove(content, claimants, plan.evidence().digest(), behindCoding, trace);
      if (proven instanceof Proven.Here) {
        trace.provenBy(plan.evidence().source());
        return proven;
      }
    }
    return proven;
  }

  /** Many who ask for parts of a content at the same time wait for one proof of the whole. */
  private Proven prove(
      ContentId content,
      List<PeerSession> claimants,
      Digest digest,
      boolean behindCoding,
      FetchTrace trace)
      throws IOException {
    CompletableFuture<Void> own = new CompletableFuture<>();
    CompletableFuture<Void> another = proving.putIfAbsent(content, own);
    if (another != null) {
      return followProof(another, content, claimants, digest, behindCoding, trace);
    }
    try {
      return proveAlone(content, claimants, digest, behindCoding, trace);
    } finally {
      proving.remove(content, own);
      own.complete(null);
    }
  }

  private Proven followProof(
      CompletableFuture<Void> another,
      ContentId content,
      List<PeerSession> claimants,
      Digest digest,
      boolean behindCoding,
      FetchTrace trace)
      throws IOException {
    try {
      trace.cancellation().await(another, PROOF_TIMEOUT);
    } catch (InterruptedIOException e) {
      if (trace.cancellation().isCancelled() || Thread.currentThread().isInterrupted()) {
        throw e;
      }
      return new Proven.Not(Why.PEERS_FAILED);
    }
    return library.hasWhole(content)
        ? proveAlone(content, claimants, digest, behindCoding, trace)
        : new Proven.Not(Why.PEERS_FAILED);
  }

  private Proven proveAlone(
      ContentId content,
      List<PeerSession> claimants,
      Digest digest,
      boolean behindCoding,
      FetchTrace trace)
      throws IOException {
    if (content.length() > MAX_UNPROVEN_BYTES) {
      return new Proven.Not(Why.NO_ROOT);
    }
    try {
      Optional<HeldContent> held = library.openWhole(content);
      ByteTally tally = new ByteTally();
      Set<Digest.Algorithm> algorithms = EnumSet.of(digest.algorithm());
      algorithms.addAll(trace.named().algorithms());
      Set<Digest> actual =
          held.isPresent()
              ? hashHeld(held.get(), algorithms, tally)
              : hash(content, claimants, algorithms, tally, trace);
      if (actual.contains(digest)) {
        return new Proven.Here(content, actual, Optional.empty(), tally);
      }
      Optional<Unencoded> decoded = decoded(content, digest, algorithms);
      if (decoded.isPresent() && behindCoding) {
        return new Proven.Here(content, decoded.get().digests(), decoded, tally);
      }
      if (held.isEmpty()) {
        library.remove(content);
      }
      // who offers a coded copy to those who know what is behind the coding has not lied
      if (decoded.isEmpty()) {
        claimants.forEach(
            session -> peers.mesh().ban(session.peer(), "claimed " + content + " for " + digest));
      }
    } catch (IOException e) {
      if (trace.cancellation().isCancelled()) {
        throw e;
      }
      LOG.info("peers did not deliver {}: {}", content, e.getMessage());
    }
    return new Proven.Not(Why.PEERS_FAILED);
  }

  private Optional<Unencoded> decoded(
      ContentId content, Digest digest, Set<Digest.Algorithm> algorithms) throws IOException {
    Optional<HeldContent> held = library.openWhole(content);
    if (held.isEmpty()) {
      return Optional.empty();
    }
    try (HeldContent coded = held.get()) {
      return Unencoded.find(coded, digest, algorithms);
    }
  }

  /**
   * Counts bytes that are given by where the whole came from: each place is taken to have given the
   * share of them that it gave of the content. What a lie brought no reader gets, so it is not
   * counted.
   */
  private static void count(long givenBytes, ByteTally came, FetchTrace trace) {
    long left = givenBytes;
    Provenance most = Provenance.TIER1;
    for (Provenance from : Provenance.values()) {
      long share =
          came.total() == 0 ? 0 : Math.multiplyExact(came.bytes(from), givenBytes) / came.total();
      trace.tally().add(from, share);
      left -= share;
      most = came.bytes(from) > came.bytes(most) ? from : most;
    }
    trace.tally().add(most, left);
  }

  /**
   * The first few claims that fit the length that the origin states; where they may be coded
   * otherwise, those that fit come first.
   */
  private static List<ContentId> claimsOf(
      PeerPlan.ByDigest plan, ResponseHead head, boolean behindCoding) {
    Optional<String> length = head.fields().first("Content-Length");
    Predicate<ContentId> fits =
        content -> length.map(Long.toString(content.length())::equals).orElse(true);
    return plan.claims().stream()
        .map(PeerPlan.Claim::content)
        .filter(content ->
            fits.test(content) || (behindCoding && content.length() <= MAX_RECODED_BYTES))
        .distinct()
        .sorted(Comparator.comparing(content -> !fits.test(content)))
        .limit(MAX_CLAIMS)
        .toList();
  }

  /** Opens a body that was proven, or one part of it. */
  SourcedBody open(
      Proven.Here proven, Optional<RangeRequest.Part> part, ResponseHead head, FetchTrace trace)
      throws IOException {
    ContentId content = proven.content();
    HeldContent held =
        library
            .openWhole(content)
            .orElseThrow(() -> new IOException(content + " was evicted before it was read"));
    String type = head.fields().first("Content-Type").orElse(null);
    count(part.map(RangeRequest.Part::length).orElse(proven.lengthBytes()), proven.came(), trace);
    if (proven.decoded().isPresent()) {
      return StoredBody.openDecoded(held, proven.decoded().get(), type, trace);
    }
    RangeRequest.Part whole = new RangeRequest.Part(0, content.length() - 1);
    return StoredBody.openCounted(held, part.orElse(whole), type, trace);
  }

  private Set<Digest> hash(
      ContentId content,
      List<PeerSession> claimants,
      Set<Digest.Algorithm> algorithms,
      ByteTally tally,
      FetchTrace trace)
      throws IOException {
    PeerFetch fetch = new PeerFetch(library.fillByChunks(content));
    try (SourcedBody body = fetch.open(null, tally).endedBy(trace.cancellation())) {
      trace.turnTo(FetchPhase.PEERS);
      start(fetch, claimants, List.of(), null);
      body.source().timeout().deadline(PROOF_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      body.source().request(1);
      trace.turnTo(FetchPhase.PROOF);
      return BodyDigests.of(body.source(), algorithms).digests();
    }
  }

  private static Set<Digest> hashHeld(
      HeldContent held, Set<Digest.Algorithm> algorithms, ByteTally tally) throws IOException {
    try (held;
        BufferedSource source = Okio.buffer(held.source(0, held.id().length(), tally))) {
      return BodyDigests.of(source, algorithms).digests();
    }
  }
}
