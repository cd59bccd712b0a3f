package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.http.RangeRequest;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.cache.store.ByteTally;
import dev.fugitive.cache.store.HeldContent;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.mesh.Mesh;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.trust.Why;
import java.io.IOException;
import java.time.Duration;
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
import okio.BufferedSource;
import okio.Okio;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches contents of which a flat digest alone is known, and gives nothing of them before all of
 * it was proven: peers name candidates, each is fetched whole, and hashed.
 */
final class DigestFetches {
  private static final Logger LOG = LoggerFactory.getLogger(DigestFetches.class);

  /** Beyond this, waiting for a body's whole proof costs more than the origin. */
  private static final long MAX_UNPROVEN_BYTES = 64L * 1024 * 1024;

  /**
   * No more is fetched of what has another length than the origin states, since it may be coded.
   */
  private static final long MAX_RECODED_BYTES = 16L * 1024 * 1024;

  /** Claims that contradict each other and are looked into, one after another. */
  private static final int MAX_CLAIMS = 3;

  private static final Duration PROOF_TIMEOUT = Duration.ofSeconds(15);

  private final PeerFetches fetches;
  private final Library library;
  private final Mesh mesh;

  /** What is being fetched and hashed as a whole, each by one call. */
  private final ConcurrentMap<ContentId, CompletableFuture<Void>> proving =
      new ConcurrentHashMap<>();

  DigestFetches(PeerFetches fetches, Library library, Mesh mesh) {
    this.fetches = fetches;
    this.library = library;
    this.mesh = mesh;
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
   * A content that may be what is looked for.
   *
   * @param claimants who say so
   * @param behindCoding whether the digest is of the bytes behind a content coding
   */
  private record Candidate(
      ContentId content, List<PeerSession> claimants, Digest digest, boolean behindCoding) {}

  /**
   * Fetches what peers claim to have a digest, and returns when all of it is here and was hashed,
   * or cannot be had.
   *
   * @param head the origin's, of the same representation
   * @param behindCoding whether the digest is of the bytes behind the content coding of that head:
   *     then peers' copies may be coded in any way, or in none
   */
  Proven prove(PeerPlan.ByDigest plan, ResponseHead head, boolean behindCoding, FetchTrace trace)
      throws IOException {
    Proven proven = new Proven.Not(Why.NO_PEER);
    for (ContentId content : claimsOf(plan, head, behindCoding)) {
      List<PeerSession> claimants =
          plan.claims().stream()
              .filter(claim -> claim.content().equals(content))
              .map(PeerPlan.Claim::session)
              .toList();
      Digest digest = plan.evidence().digest();
      proven = prove(new Candidate(content, claimants, digest, behindCoding), trace);
      if (proven instanceof Proven.Here) {
        trace.provenBy(plan.evidence().source());
        return proven;
      }
    }
    return proven;
  }

  /** Many who ask for parts of a content at the same time wait for one proof of the whole. */
  private Proven prove(Candidate candidate, FetchTrace trace) throws IOException {
    CompletableFuture<Void> own = new CompletableFuture<>();
    CompletableFuture<Void> another = proving.putIfAbsent(candidate.content(), own);
    if (another != null) {
      return followProof(another, candidate, trace);
    }
    try {
      return proveAlone(candidate, trace);
    } finally {
      proving.remove(candidate.content(), own);
      own.complete(null);
    }
  }

  private Proven followProof(CompletableFuture<Void> another, Candidate candidate, FetchTrace trace)
      throws IOException {
    return trace.cancellation().awaitAtMost(another, PROOF_TIMEOUT)
            && library.hasWhole(candidate.content())
        ? proveAlone(candidate, trace)
        : new Proven.Not(Why.PEERS_FAILED);
  }

  private Proven proveAlone(Candidate candidate, FetchTrace trace) throws IOException {
    ContentId content = candidate.content();
    Digest digest = candidate.digest();
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
              : hash(candidate, algorithms, tally, trace);
      if (actual.contains(digest)) {
        return new Proven.Here(content, actual, Optional.empty(), tally);
      }
      Optional<Unencoded> decoded = library.decoded().find(content, digest, algorithms);
      if (decoded.isPresent() && candidate.behindCoding()) {
        return new Proven.Here(content, decoded.get().digests(), decoded, tally);
      }
      if (held.isEmpty()) {
        library.remove(content);
      }
      // who offers a coded copy to those who know what is behind the coding has not lied
      if (decoded.isEmpty()) {
        String lie = "claimed " + content + " for " + digest;
        candidate.claimants().forEach(session -> mesh.ban(session.peer(), lie));
      }
    } catch (IOException e) {
      if (trace.cancellation().isCancelled()) {
        throw e;
      }
      LOG.info("peers did not deliver {}: {}", content, e.getMessage());
    }
    return new Proven.Not(Why.PEERS_FAILED);
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
      Candidate candidate, Set<Digest.Algorithm> algorithms, ByteTally tally, FetchTrace trace)
      throws IOException {
    PeerFetch fetch = new PeerFetch(library.fillByChunks(candidate.content()));
    try (SourcedBody body = fetch.open(null, tally).endedBy(trace.cancellation())) {
      trace.turnTo(FetchPhase.PEERS);
      fetches.start(fetch, candidate.claimants(), List.of(), null);
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
