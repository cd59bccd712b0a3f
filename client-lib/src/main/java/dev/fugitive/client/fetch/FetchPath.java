package dev.fugitive.client.fetch;

import dev.fugitive.client.evidence.Documents;
import dev.fugitive.client.evidence.TrustBook;
import dev.fugitive.client.transfer.FetchPolicy;
import dev.fugitive.client.trust.Why;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;

/** Builds the path that every request takes. */
final class FetchPath {
  /** A commit is work for this machine alone, which a busy disk makes long. */
  private static final Duration COMMIT_PATIENCE = Duration.ofSeconds(1);

  private FetchPath() {}

  /**
   * What the path is made of.
   *
   * @param offline whether no origin is asked for now
   */
  record Parts(
      WayToOrigins origins,
      ExecutorService threads,
      Library library,
      Optional<PeerNetwork> peers,
      Documents documents,
      TrustBook trust,
      NodeSettings settings,
      FetchReports reports,
      BooleanSupplier offline,
      InstantSource clock) {}

  /**
   * The path, and who plans in it what peers do; nobody where peers are off.
   *
   * @param path takes every request
   */
  record Built(OkHttpClient path, Optional<PeerPlanner> planner) {}

  /**
   * The whole path, first to last. What comes after coalescing runs in a call of its own as well,
   * which lives on when the client that started it has gone.
   */
  static Built build(Parts parts) {
    Interceptor asSent = OriginInterceptor::passGuarded;
    OkHttpClient origin = client(parts, List.of(asSent));
    SiteManifests manifests = new SiteManifests(parts.threads());
    BodyWitness witness = new BodyWitness(parts.documents(), parts.trust(), parts.clock());
    Optional<PeerPlanner> planner =
        parts.peers().map(network -> planner(parts, network, manifests));
    Interceptor partial =
        new PartialInterceptor(parts.library(), origin, parts.threads(), parts.clock());
    Optional<Race> race = planner.flatMap(plans -> race(parts, plans, List.of(partial, asSent)));
    Interceptor peers =
        parts
            .peers()
            .<Interceptor>map(network -> {
              PeerPlanner plans = planner.orElseThrow();
              PeerFetches fetches =
                  new PeerFetches(network, parts.library(), origin, parts.settings().policy());
              return new PeerInterceptor(
                  plans,
                  fetches,
                  new DigestAnswers(
                      plans,
                      new DigestFetches(fetches, parts.library(), network.mesh()),
                      parts.library(),
                      witness,
                      parts.clock()),
                  parts.library(),
                  manifests,
                  parts.clock(),
                  race);
            })
            .orElse(chain -> PeerInterceptor.fromOrigin(chain, Why.PEERS_OFF));
    Interceptor evidence = new EvidenceInterceptor(parts.documents());
    OkHttpClient upstream = client(parts, List.of(evidence, peers, partial, asSent));
    Refresh refresh = new Refresh(parts.threads());
    Commits commits = new Commits(COMMIT_PATIENCE);
    FlightLeader leader =
        new FlightLeader(
            upstream, parts.library(), witness, commits, parts.clock(), parts.threads());
    CacheInterceptor cache =
        new CacheInterceptor(parts.library(), leader, origin, refresh, commits, parts.clock());
    CoalesceInterceptor coalesce =
        new CoalesceInterceptor(leader, cache::fromStore, commits, parts.clock());
    OkHttpClient path =
        client(
                parts,
                List.of(
                    new TraceInterceptor(parts.threads(), parts.offline()),
                    new IntegrityInterceptor(),
                    new OfflineInterceptor(),
                    documents(parts),
                    new ReportInterceptor(parts.reports()),
                    cache,
                    coalesce,
                    evidence,
                    peers,
                    partial,
                    asSent,
                    new UnrepeatableInterceptor()))
            .newBuilder()
            .eventListenerFactory(parts.origins().listeners())
            .build();
    refresh.through(path);
    manifests.through(path);
    return new Built(path, planner);
  }

  private static PeerPlanner planner(Parts parts, PeerNetwork network, SiteManifests manifests) {
    return new PeerPlanner(
        network,
        parts.trust(),
        parts.settings().rules(),
        manifests,
        parts.settings().policy(),
        parts.clock());
  }

  private static DocumentInterceptor documents(Parts parts) {
    return new DocumentInterceptor(
        parts.documents(), parts.settings().identity().peerId(), parts.clock());
  }

  private static Optional<Race> race(
      Parts parts, PeerPlanner planner, List<Interceptor> aheadOfPeers) {
    return parts.settings().policy() == FetchPolicy.LATENCY
        ? Optional.of(new Race(planner::plan, client(parts, aheadOfPeers), System::nanoTime))
        : Optional.empty();
  }

  private static OkHttpClient client(Parts parts, List<Interceptor> interceptors) {
    OkHttpClient.Builder client =
        parts
            .origins()
            .client()
            .newBuilder()
            .addNetworkInterceptor(new OriginInterceptor(parts.origins().validates()));
    client.interceptors().addAll(interceptors);
    return client.build();
  }
}
