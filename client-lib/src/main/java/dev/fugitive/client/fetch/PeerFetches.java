package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.http.RangeRequest;
import dev.fugitive.cache.http.StoredResponse;
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
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import okhttp3.Call;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fetches contents from peers into the store. */
final class PeerFetches {
  private static final Logger LOG = LoggerFactory.getLogger(PeerFetches.class);

  /** Below this nobody is asked who does not say to hold the content. */
  private static final long MIN_CROWD_BYTES = 256L * 1024;

  private final PeerNetwork peers;
  private final Library library;
  private final Call.Factory origin;
  private final FetchPolicy policy;

  /** So that those who want the same content at the same time share one fetch. */
  private final ConcurrentMap<ContentId, PeerFetch> underWay = new ConcurrentHashMap<>();

  PeerFetches(PeerNetwork peers, Library library, Call.Factory origin, FetchPolicy policy) {
    this.peers = peers;
    this.library = library;
    this.origin = origin;
    this.policy = policy;
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
    trace
        .ahead()
        .ifPresent(start -> {
          start.keep();
          fetch.whenEnded(whole -> start.close());
        });
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

  /** Starts a download into a fetch; {@code ranges} is null where the origin is not to be asked. */
  Download start(
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
}
