package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.CacheDecision;
import dev.fugitive.cache.http.CachePolicy;
import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.Freshness;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.cache.http.StoredResponse;
import dev.fugitive.cache.store.HeldContent;
import dev.fugitive.client.evidence.Documents;
import dev.fugitive.client.evidence.Named;
import dev.fugitive.client.origin.OriginReach;
import dev.fugitive.client.routing.Wish;
import dev.fugitive.client.trust.Evidence;
import dev.fugitive.client.trust.NotShareableReason;
import dev.fugitive.client.trust.Why;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import okhttp3.HttpUrl;

/**
 * Walks the path without fetching: it asks the functions that the path asks, in the path's order,
 * and tells what each of them said. Peers are asked as for a fetch; the origin is not.
 */
final class Explainer {
  private final Library library;
  private final Documents documents;
  private final PeerAccess peers;
  private final Optional<PeerPlanner> planner;
  private final NodeSettings settings;
  private final OriginReach reach;
  private final InstantSource clock;

  /** The planner is the path's own; there is none where peers are off. */
  Explainer(
      Library library,
      Documents documents,
      PeerAccess peers,
      Optional<PeerPlanner> planner,
      NodeSettings settings,
      OriginReach reach,
      InstantSource clock) {
    this.library = library;
    this.documents = documents;
    this.peers = peers;
    this.planner = planner;
    this.settings = settings;
    this.reach = reach;
    this.clock = clock;
  }

  Explanation explain(HttpUrl asked) throws IOException {
    String url = asked.toString();
    RequestHead request = new RequestHead("GET", url, Fields.EMPTY);
    List<Explanation.Step> steps = new ArrayList<>();
    reach
        .foresee(asked.host(), asked.port())
        .ifPresent(refused ->
            steps.add(new Explanation.Step.Refused(refused.words(), refused.isOwnPort())));
    FetchTrace trace = new FetchTrace(new Cancellation());
    steps.add(inCache(request, trace));
    if (planner.isEmpty()) {
      steps.add(new Explanation.Step.PeersOff(whyOff()));
      return new Explanation(url, steps, false, Optional.of(Why.PEERS_OFF));
    }
    trace.name(named(request));
    List<Evidence.ProvesWhole> digests = PeerPlanner.digests(request, trace.named());
    Optional<NotShareableReason> against = planner.get().againstAsking(request, digests);
    steps.add(new Explanation.Step.MayAsk(against));
    steps.add(known(digests, trace));
    steps.add(open(request));
    PeerPlan plan = planner.get().plan(request, trace, Wish.NONE);
    steps.add(told(plan));
    steps.add(new Explanation.Step.Policy(settings.policy().name().toLowerCase(Locale.ROOT)));
    return new Explanation(url, steps, comesFromPeers(plan), why(plan));
  }

  private Explanation.Step inCache(RequestHead request, FetchTrace trace) throws IOException {
    Instant now = clock.instant();
    List<StoredResponse> stored = library.stored(request);
    CacheDecision decision = CachePolicy.decide(request, stored, now);
    boolean held = false;
    if (!stored.isEmpty()) {
      // what is stored without its body is what the path believes of the past
      trace.believe(stored.getFirst());
      Optional<HeldContent> body = library.openWhole(stored.getFirst().content());
      held = body.isPresent();
      body.ifPresent(HeldContent::close);
    }
    Optional<Duration> freshFor =
        stored.stream().findFirst().map(latest -> Freshness.remaining(latest, now));
    return new Explanation.Step.InCache(
        name(decision), decision.status().toString(), held, freshFor);
  }

  private static String name(CacheDecision decision) {
    return switch (decision) {
      case CacheDecision.Serve serve -> "serve";
      case CacheDecision.ServeStale stale -> "serve-stale";
      case CacheDecision.ServeNotModified same -> "serve-not-modified";
      case CacheDecision.Revalidate revalidate -> "revalidate";
      case CacheDecision.ValidateAny any -> "validate-any";
      case CacheDecision.Fill fill -> "fill";
      case CacheDecision.Forward forward -> "forward";
      case CacheDecision.Unsatisfiable none -> "unsatisfiable";
    };
  }

  private Named named(RequestHead request) throws IOException {
    try {
      return documents.find(request);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a document is read");
    }
  }

  private static Explanation.Step known(List<Evidence.ProvesWhole> digests, FetchTrace trace) {
    List<String> named = new ArrayList<>();
    for (Evidence.ProvesWhole each : digests) {
      named.add(
          each.source().name().toLowerCase(Locale.ROOT).replace('_', '-') + " " + each.digest());
    }
    StoredResponse believed = trace.believed();
    if (believed != null && believed.voucher().isPresent()) {
      named.add("voucher of our own past " + believed.content());
    }
    return new Explanation.Step.Known(named, trace.named().contradicted());
  }

  private Explanation.Step open(RequestHead request) {
    PeerNetwork network = peers.network().orElseThrow();
    ResourceKey key = ResourceKey.primary(request);
    return new Explanation.Step.Peers(
        network.mesh().sessions().size(),
        network.routing().anybodyShares(),
        network.routing().holdersOf(key).size(),
        network.routing().reaching(key).size());
  }

  private static Explanation.Step told(PeerPlan plan) {
    return switch (plan) {
      case PeerPlan.WithoutPeers without -> new Explanation.Step.Plan("without-peers", 0, 0);
      case PeerPlan.ByRoot root ->
          new Explanation.Step.Plan("by-root", root.holders().size(), root.relays().size());
      case PeerPlan.ByManifest manifest -> new Explanation.Step.Plan("by-manifest", 0, 0);
      case PeerPlan.ByDigest digest ->
          new Explanation.Step.Plan("by-digest", digest.claims().size(), 0);
      case PeerPlan.ByOriginsDigest origin -> new Explanation.Step.Plan("by-origins-digest", 0, 0);
    };
  }

  private static boolean comesFromPeers(PeerPlan plan) {
    return switch (plan) {
      case PeerPlan.WithoutPeers without -> false;
      case PeerPlan.ByRoot root -> !root.holders().isEmpty() || !root.relays().isEmpty();
      case PeerPlan.ByDigest digest -> true;
      case PeerPlan.ByManifest manifest -> true;
      case PeerPlan.ByOriginsDigest origin -> true;
    };
  }

  private static Optional<Why> why(PeerPlan plan) {
    return plan instanceof PeerPlan.WithoutPeers(Why why) ? Optional.of(why) : Optional.empty();
  }

  private String whyOff() {
    return peers.status() instanceof PeerStatus.Off(String reason) ? reason : "switched off";
  }
}
