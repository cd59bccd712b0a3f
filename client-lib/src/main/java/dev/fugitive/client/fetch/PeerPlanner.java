package dev.fugitive.client.fetch;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.http.RangeRequest;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.cache.http.StoredResponse;
import dev.fugitive.client.evidence.Named;
import dev.fugitive.client.evidence.TrustBook;
import dev.fugitive.client.fetch.PeerPlan.ByDigest;
import dev.fugitive.client.fetch.PeerPlan.ByRoot;
import dev.fugitive.client.fetch.PeerPlan.Claim;
import dev.fugitive.client.fetch.PeerPlan.WithoutPeers;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.routing.Answer;
import dev.fugitive.client.routing.AnswerPatience;
import dev.fugitive.client.routing.Routing;
import dev.fugitive.client.routing.Wish;
import dev.fugitive.client.transfer.FetchPolicy;
import dev.fugitive.client.trust.AddressClass;
import dev.fugitive.client.trust.Contradiction;
import dev.fugitive.client.trust.Evidence;
import dev.fugitive.client.trust.EvidenceRules;
import dev.fugitive.client.trust.EvidenceSource;
import dev.fugitive.client.trust.NotShareableReason;
import dev.fugitive.client.trust.OriginFacts;
import dev.fugitive.client.trust.Sharing;
import dev.fugitive.client.trust.SharingRules;
import dev.fugitive.client.trust.Voucher;
import dev.fugitive.client.trust.VoucherCheck;
import dev.fugitive.client.trust.VoucherChoice;
import dev.fugitive.client.trust.VoucherVerdict;
import dev.fugitive.client.trust.Why;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import okhttp3.HttpUrl;
import okio.ByteString;

/**
 * Finds evidence for a request and the peers that have what it names. The questions, in order; the
 * first that settles it ends the search:
 *
 * <ol>
 *   <li>May this request be asked of them?
 *   <li>Does our own past, or a voucher by a trusted key, state head and root?
 *   <li>Does the site's manifest state the root?
 *   <li>Does the caller, a document, or the URL, state a digest, and does a peer claim a content
 *       for it?
 *   <li>Does a peer say to have the resource, so that the origin is worth asking for its digest?
 * </ol>
 *
 * <p>Holdings filters answer from memory who may have a thing, so a request that nobody can help
 * with costs no round trip.
 */
final class PeerPlanner {
  private static final Duration ANSWER_TIMEOUT = Duration.ofMillis(750);
  private static final int MAX_ASKED = 4;

  /** For how long a request that may wait waits for what a peer is fetching. */
  static final Duration COMING_TIMEOUT = Duration.ofSeconds(5);

  /** With so many peers who hold it themselves nobody is asked to pass on a content. */
  private static final int ENOUGH_HOLDERS = 2;

  private static final int MAX_RELAYS = 2;

  /** A part of a body is proven by all of it, where that is at most so many times as long. */
  private static final int MAX_WHOLE_FOR_PART = 16;

  /** Below this a body comes from the origin as fast as its head. */
  private static final long WORTH_A_HEAD_BYTES = 16 * 1024;

  /**
   * Fields that make a request one for the origin: what it says depends on more than the resource.
   */
  private static final List<String> CONDITIONAL =
      List.of("If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range");

  /** Fields of requests for which nobody waits for what is coming. */
  private static final List<String> NOT_WORTH_WAITING = List.of("Range", "Cookie", "Cookie2");

  private final PeerNetwork peers;
  private final TrustBook trust;
  private final SharingRules rules;
  private final SiteManifests manifests;
  private final InstantSource clock;
  private final AnswerPatience patience;

  private final Cache<String, Boolean> digestlessHosts =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofHours(1)).build();

  /**
   * @param policy says whether anybody waits for what peers have not got yet
   */
  PeerPlanner(
      PeerNetwork peers,
      TrustBook trust,
      SharingRules rules,
      SiteManifests manifests,
      FetchPolicy policy,
      InstantSource clock) {
    this.peers = peers;
    this.trust = trust;
    this.rules = rules;
    this.manifests = manifests;
    this.clock = clock;
    this.patience =
        switch (policy) {
          case OFFLOAD ->
              AnswerPatience.waiting(
                  ANSWER_TIMEOUT, COMING_TIMEOUT, peer -> trust.now().trusts(peer));
          case LATENCY -> AnswerPatience.of(ANSWER_TIMEOUT);
        };
  }

  /** What a request that is being planned may wish to be sent at once; the caller closes it. */
  PeerWish wish() {
    return new PeerWish(peers.downloads(), trust.now()::trusts);
  }

  /**
   * Plans; waits for peers' answers no longer than {@link #ANSWER_TIMEOUT} a question, and for what
   * a trusted one is fetching no longer than {@link #COMING_TIMEOUT}.
   */
  PeerPlan plan(RequestHead request, FetchTrace trace, Wish wish) throws InterruptedIOException {
    try {
      return search(request, trace, wish);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while asking peers");
    }
  }

  /**
   * Whether peers would be asked something that takes a round trip: then the origin can be asked
   * meanwhile.
   */
  boolean wouldAsk(RequestHead request, FetchTrace trace) {
    Named named = trace.named();
    List<Evidence.ProvesWhole> digests = digests(request, named);
    ResourceKey resource = ResourceKey.primary(request);
    Routing routing = peers.routing();
    return !trace.offline()
        && !named.contradicted()
        && isAskable(request, digests)
        && routing.anybodyShares()
        && (trace.believed() != null
            || !digests.isEmpty()
            || !routing.holdersOf(resource).isEmpty()
            || !routing.reaching(resource).isEmpty());
  }

  private boolean isAskable(RequestHead request, List<Evidence.ProvesWhole> digests) {
    return CONDITIONAL.stream().noneMatch(request.fields()::has)
        && againstAsking(request, digests).isEmpty();
  }

  private PeerPlan search(RequestHead request, FetchTrace trace, Wish wish)
      throws InterruptedException, InterruptedIOException {
    Named named = trace.named();
    List<Evidence.ProvesWhole> digests = digests(request, named);
    if (!isAskable(request, digests)) {
      return new WithoutPeers(Why.NOT_SHAREABLE);
    }
    if (named.contradicted()) {
      return contradiction(request, List.of(), true);
    }
    peers.mesh().addContext(HttpUrl.get(request.url()).host());
    if (peers.mesh().sessions().isEmpty()) {
      return new WithoutPeers(Why.NO_PEER);
    }
    Routing routing = peers.routing();
    if (!routing.anybodyShares()) {
      return new WithoutPeers(Why.SHARING_OFF);
    }
    trace.turnTo(FetchPhase.PEERS);
    Optional<PeerPlan> plan = byOwnPast(routing, trace);
    if (plan.isEmpty()) {
      plan = byVoucher(routing, request, patience(routing, request, digests), trace, wish);
    }
    if (plan.isEmpty() && !trace.offline()) {
      plan = manifests.find(HttpUrl.get(request.url())).map(PeerPlan.ByManifest::new);
    }
    if (plan.isEmpty()) {
      plan = byDigest(digests).map(found -> worthwhile(found, request, named));
    }
    if (plan.isEmpty() && !request.fields().has("Range")) {
      plan = byOriginsDigest(routing, request);
    }
    return plan.orElseGet(
        () -> new WithoutPeers(digests.isEmpty() ? Why.NO_EVIDENCE : Why.NO_PEER));
  }

  /** The caller's own word first, then what documents say, then what the URL does. */
  static List<Evidence.ProvesWhole> digests(RequestHead request, Named named) {
    List<Evidence.ProvesWhole> stated = EvidenceRules.ofRequest(request);
    List<Evidence.ProvesWhole> digests = new ArrayList<>();
    stated.stream().filter(each -> each.source() == EvidenceSource.CALLER).forEach(digests::add);
    digests.addAll(named.evidence());
    stated.stream().filter(each -> each.source() != EvidenceSource.CALLER).forEach(digests::add);
    return digests;
  }

  /** Whether so much is asked for that all of a content is worth proving for it. */
  private static boolean isWorthTheWhole(RequestHead request, ContentId content) {
    List<String> ranges = request.fields().all("Range");
    if (ranges.isEmpty()) {
      return true;
    }
    return ranges.size() == 1
        && switch (RangeRequest.parse(ranges.getFirst(), content.length())) {
          case RangeRequest.Whole ignored -> true;
          case RangeRequest.Part part -> part.length() >= content.length() / MAX_WHOLE_FOR_PART;
          case RangeRequest.Several ignored -> false;
          case RangeRequest.Unsatisfiable ignored -> false;
        };
  }

  private static PeerPlan worthwhile(ByDigest found, RequestHead request, Named named) {
    List<Claim> claims =
        found.claims().stream().filter(claim -> isWorthTheWhole(request, claim.content())).toList();
    return claims.isEmpty()
        ? new WithoutPeers(Why.NO_ROOT)
        : worthwhile(new ByDigest(found.evidence(), claims), named);
  }

  /** What is short costs less from the origin than the head of it would. */
  private static PeerPlan worthwhile(ByDigest found, Named named) {
    if (!named.evidence().contains(found.evidence())) {
      return found;
    }
    List<Claim> fitting =
        found.claims().stream()
            .filter(
                claim -> named.lengthBytes() < 0 || claim.content().length() == named.lengthBytes())
            .toList();
    if (fitting.isEmpty()) {
      return new WithoutPeers(Why.NO_PEER);
    }
    return fitting.stream().allMatch(claim -> claim.content().length() < WORTH_A_HEAD_BYTES)
        ? new WithoutPeers(Why.TOO_SMALL)
        : new ByDigest(found.evidence(), fitting);
  }

  /** What speaks against asking peers for this. */
  Optional<NotShareableReason> againstAsking(
      RequestHead request, List<Evidence.ProvesWhole> digests) {
    return Sharing.againstAsking(request, facts(request), digests, rules);
  }

  private Optional<PeerPlan> byOwnPast(Routing routing, FetchTrace trace) {
    StoredResponse believed = trace.believed();
    // without a voucher it may be nobody else's business that we want it
    if (believed == null
        || believed.voucher().flatMap(Voucher::signerOf).filter(trust.now()::trusts).isEmpty()) {
      return Optional.empty();
    }
    List<PeerSession> holders = routing.holdersOf(believed.content());
    List<PeerSession> relays = relays(believed.content(), holders);
    return holders.isEmpty() && relays.isEmpty()
        ? Optional.empty()
        : Optional.of(new ByRoot(believed, holders, relays));
  }

  /** Nobody waits for a part, for what no voucher may answer, or where somebody has it already. */
  private AnswerPatience patience(
      Routing routing, RequestHead request, List<Evidence.ProvesWhole> digests) {
    boolean mayWait =
        NOT_WORTH_WAITING.stream().noneMatch(request.fields()::has)
            && digests.stream().allMatch(each -> routing.holdersOf(each.digest()).isEmpty());
    return mayWait ? patience : AnswerPatience.of(ANSWER_TIMEOUT);
  }

  private Optional<PeerPlan> byVoucher(
      Routing routing, RequestHead request, AnswerPatience forVouchers, FetchTrace trace, Wish wish)
      throws InterruptedException {
    Instant now = clock.instant();
    ShownVouchers vouchers = new ShownVouchers(request, trust::now, now);
    List<Answer<ByteString>> answers =
        routing.findResource(
            ResourceKey.primary(request),
            forVouchers.until(trace.cancellation().whenCancelled()),
            MAX_ASKED,
            shown -> vouchers.check(shown) instanceof VoucherVerdict.Accepted,
            request.fields().has("Range") ? Wish.NONE : wish);
    List<VoucherVerdict.Accepted> accepted = new ArrayList<>();
    Set<PeerSession> liars = new HashSet<>();
    for (Answer<ByteString> answer : answers) {
      switch (vouchers.check(answer.value())) {
        case VoucherVerdict.Accepted good -> accepted.add(good);
        case VoucherVerdict.Repeated ignored -> {}
        case VoucherVerdict.Rejected(VoucherVerdict.Reason reason) -> {
          // who passed a voucher on cannot have checked it: only the asker knows the resource
          if (reason.isLie() && !answer.through() && liars.add(answer.session())) {
            ban(answer.session(), reason);
          }
        }
      }
    }
    return switch (VoucherCheck.choose(accepted, request, now)) {
      case VoucherChoice.NoVoucher ignored -> Optional.empty();
      case VoucherChoice.Contradiction(List<VoucherVerdict.Accepted> several) ->
          Optional.of(contradiction(request, signers(several), false));
      case VoucherChoice.Chosen(VoucherVerdict.Accepted chosen)
          when isContradicted(chosen.voucher(), trace.named()) ->
          Optional.of(contradiction(request, signers(List.of(chosen)), true));
      case VoucherChoice.Chosen(VoucherVerdict.Accepted chosen) -> {
        trust.followed(chosen.voucher().signer());
        StoredResponse believed = chosen.voucher().toStored(request, chosen.signed());
        List<PeerSession> holders = holders(routing, believed, answers, liars);
        yield Optional.of(
            new ByRoot(believed, holders, relays(believed.content(), holders, answers)));
      }
    };
  }

  /** Whom to believe is not this node's to guess: the origin is asked, and it is shown. */
  private WithoutPeers contradiction(RequestHead request, List<PeerId> signers, boolean documents) {
    trust.contradicted(new Contradiction(clock.instant(), request.url(), signers, documents));
    return new WithoutPeers(Why.CONTRADICTION);
  }

  private static List<PeerId> signers(List<VoucherVerdict.Accepted> accepted) {
    return accepted.stream().map(each -> each.voucher().signer()).distinct().toList();
  }

  /** Whether the publisher's own documents say otherwise. */
  private static boolean isContradicted(Voucher voucher, Named named) {
    return !voucher.head().fields().has("Content-Encoding")
        && named.evidence().stream()
            .filter(each -> each.source().reach() == EvidenceSource.Reach.NODE)
            .anyMatch(each -> voucher.contradicts(each.digest()));
  }

  private void ban(PeerSession session, VoucherVerdict.Reason reason) {
    String words = reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    peers.mesh().ban(session.peer(), "showed a false voucher: " + words);
  }

  /** Who showed the voucher first, then whoever else says to have the content. */
  private static List<PeerSession> holders(
      Routing routing,
      StoredResponse believed,
      List<Answer<ByteString>> answers,
      Set<PeerSession> liars) {
    Set<PeerSession> holders = new LinkedHashSet<>();
    answers.stream().filter(answer -> !answer.through()).map(Answer::session).forEach(holders::add);
    holders.addAll(routing.holdersOf(believed.content()));
    holders.removeAll(liars);
    return List.copyOf(holders);
  }

  /** Through whom else it can be had; nobody, where peers enough have it themselves. */
  List<PeerSession> relays(ContentId content, List<PeerSession> holders) {
    return relays(content, holders, List.of());
  }

  /** The same, and first through those who passed on a voucher: they know who has it. */
  private List<PeerSession> relays(
      ContentId content, List<PeerSession> holders, List<Answer<ByteString>> answers) {
    if (holders.size() >= ENOUGH_HOLDERS) {
      return List.of();
    }
    Stream<PeerSession> passing = answers.stream().filter(Answer::through).map(Answer::session);
    return Stream.concat(passing, peers.routing().reaching(content).stream())
        .distinct()
        .filter(session -> !holders.contains(session))
        .limit(MAX_RELAYS)
        .toList();
  }

  private Optional<PeerPlan> byOriginsDigest(Routing routing, RequestHead request) {
    String host = HttpUrl.get(request.url()).host();
    boolean isWorthAsking =
        digestlessHosts.getIfPresent(host) == null
            && !routing.holdersOf(ResourceKey.primary(request)).isEmpty();
    return isWorthAsking ? Optional.of(new PeerPlan.ByOriginsDigest()) : Optional.empty();
  }

  /** The origin states no digest: it is not asked for one again for a while. */
  void noteNoDigest(RequestHead request) {
    digestlessHosts.put(HttpUrl.get(request.url()).host(), true);
  }

  /** Who says to hold a content. */
  List<PeerSession> holdersOf(ContentId content) {
    return peers.routing().holdersOf(content);
  }

  /** Asks which contents peers have for digests, waiting as {@link #plan} does. */
  Optional<ByDigest> claims(List<Evidence.ProvesWhole> evidence) throws InterruptedIOException {
    try {
      return byDigest(evidence);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while asking peers");
    }
  }

  private Optional<ByDigest> byDigest(List<Evidence.ProvesWhole> evidence)
      throws InterruptedException {
    for (Evidence.ProvesWhole each : evidence) {
      List<Claim> claims =
          peers.routing().findContent(each.digest(), ANSWER_TIMEOUT, MAX_ASKED).stream()
              .map(answer -> new Claim(answer.session(), answer.value()))
              .toList();
      if (!claims.isEmpty()) {
        return Optional.of(new ByDigest(each, claims));
      }
    }
    return Optional.empty();
  }

  private static OriginFacts facts(RequestHead request) {
    HttpUrl url = HttpUrl.get(request.url());
    return new OriginFacts(url.host(), url.port(), false, AddressClass.ofHost(url.host()));
  }
}
