package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.PartialResponse;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.cache.http.Storability;
import dev.fugitive.cache.http.StoredResponse;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.trust.AddressClass;
import dev.fugitive.client.trust.Evidence;
import dev.fugitive.client.trust.EvidenceRules;
import dev.fugitive.client.trust.NotShareableReason;
import dev.fugitive.client.trust.OriginFacts;
import dev.fugitive.client.trust.Sharing;
import dev.fugitive.client.trust.SharingDecision;
import dev.fugitive.client.trust.SharingRules;
import dev.fugitive.client.trust.Voucher;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether an answer of the origin is everybody's, and vouches for it with the node's key
 * where it is. Knows the rules, the key and the time, and nothing of what is stored.
 */
final class SharingJudge {
  private static final Duration VOUCHER_VALIDITY = Duration.ofDays(7);

  private final Identity identity;
  private final SharingRules rules;
  private final InstantSource clock;

  SharingJudge(Identity identity, SharingRules rules, InstantSource clock) {
    this.identity = identity;
    this.rules = rules;
    this.clock = clock;
  }

  /** Decides about a whole answer of the origin, of whatever parts it is made. */
  SharingDecision decide(Library.Arrival arrival) {
    SharingDecision decision =
        Sharing.decide(
            arrival.request(),
            arrival.head(),
            facts(arrival.request().url(), arrival.origin()),
            evidence(arrival),
            rules,
            clock.instant());
    PartsSharing parts = arrival.parts();
    return parts == null ? decision : decision.and(parts.decision());
  }

  /** Whether we may vouch for an answer, as far as its head tells; its body is still to come. */
  boolean mayVouch(
      RequestHead request, ResponseHead head, FetchTrace.@Nullable OriginConnection origin) {
    return Sharing.decide(
                request,
                head,
                facts(request.url(), origin),
                EvidenceRules.ofResponse(request, head),
                rules,
                clock.instant())
            instanceof SharingDecision.Shareable(boolean mayVouch)
        && mayVouch;
  }

  /** Whether an answer of the origin is everybody's. */
  boolean isShareable(Library.Arrival arrival) {
    return decide(arrival) instanceof SharingDecision.Shareable;
  }

  /**
   * Decides about one part of a response by the request that it answers and the connection it came
   * over. A modification date ties parts together for a cache (RFC 9110 section 8.8.2.2), but two
   * users' own bodies can have the same.
   */
  SharingDecision decidePart(RequestHead request, PartialResponse part, FetchTrace trace) {
    if (part.whole().entityTag().filter(tag -> !tag.weak()).isEmpty()) {
      return new SharingDecision.NotShareable(NotShareableReason.PARTS);
    }
    Fields fields = request.fields().without("Range").without("If-Range");
    SharingDecision alone =
        Sharing.decide(
            new RequestHead(request.method(), request.url(), fields),
            part.wholeHead(),
            facts(request.url(), trace.origin()),
            List.of(),
            rules,
            clock.instant());
    PartsSharing before = trace.parts();
    return before == null ? alone : alone.and(before.decision());
  }

  /** Whether HTTP lets a cache keep what peers delivered. */
  boolean mayBeKept(StoredResponse believed) {
    RequestHead request = new RequestHead("GET", believed.url(), believed.selecting());
    return Storability.mayStore(request, believed.head(), clock.instant())
        instanceof Storability.Storable;
  }

  /** What an answer is stored as, with a voucher of our own. */
  StoredResponse vouched(StoredResponse stored, Library.Arrival arrival) {
    return Voucher.of(
            stored,
            arrival.content().digests(),
            clock.instant(),
            VOUCHER_VALIDITY,
            identity.peerId())
        .map(voucher -> stored.withVoucher(voucher.sign(identity)))
        .orElse(stored);
  }

  private static List<Evidence.ProvesWhole> evidence(Library.Arrival arrival) {
    List<Evidence.ProvesWhole> evidence =
        new ArrayList<>(EvidenceRules.ofResponse(arrival.request(), arrival.head()));
    EvidenceRules.ofRequest(arrival.request()).stream()
        .filter(each -> EvidenceRules.holdsFor(each, arrival.request(), arrival.head()))
        // what was asked for by a digest counts as published only if it has that digest
        .filter(each -> arrival.content().digests().contains(each.digest()))
        .forEach(evidence::add);
    return evidence;
  }

  private static OriginFacts facts(String requested, FetchTrace.@Nullable OriginConnection origin) {
    HttpUrl url = HttpUrl.get(requested);
    AddressClass address =
        origin == null || origin.address() == null
            ? AddressClass.UNRESOLVED
            : AddressClass.of(origin.address());
    return new OriginFacts(
        url.host(), url.port(), origin != null && origin.validatedTls(), address);
  }
}
