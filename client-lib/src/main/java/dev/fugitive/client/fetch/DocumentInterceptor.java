package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.CacheControl;
import dev.fugitive.cache.http.Freshness;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.cache.http.StoredResponse;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.documents.Document;
import dev.fugitive.client.evidence.DocumentReading;
import dev.fugitive.client.evidence.Documents;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.trust.EvidenceRules;
import dev.fugitive.client.trust.EvidenceSource;
import dev.fugitive.client.trust.Sharing;
import dev.fugitive.client.trust.Voucher;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import okhttp3.Interceptor;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Has documents that name digests read while they pass to their readers.
 *
 * <p>Read is what the origin stands for, or who is trusted: not what peers gave by a digest that
 * only the asker believes, nor what was found by the digest in a link, which anybody can write.
 */
final class DocumentInterceptor implements Interceptor {
  private final Documents documents;
  private final PeerId own;
  private final InstantSource clock;

  DocumentInterceptor(Documents documents, PeerId own, InstantSource clock) {
    this.documents = documents;
    this.own = own;
    this.clock = clock;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    RequestHead request = Heads.of(chain.request());
    return request.method().equals("GET") && response.code() == 200
        ? begin(chain, request, response)
            .map(reading -> TappedBody.into(reading, response))
            .orElse(response)
        : response;
  }

  private Optional<DocumentReading> begin(Chain chain, RequestHead request, Response response) {
    ResponseHead head = Heads.of(response);
    FetchTrace trace = FetchTrace.of(chain.request());
    Document document = new Document(chain.request().url(), request, head);
    if (!Documents.isOne(document) || mayNotBeKept(request, head)) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    Duration fresh = Freshness.remaining(head, now, now);
    StoredResponse stored = trace.served();
    if (stored != null && documents.extend(document, fresh)) {
      return Optional.empty();
    }
    return isBelieved(trace, stored)
        ? documents.begin(document, Sharing.isPublic(request, head, now), signer(stored), fresh)
        : Optional.empty();
  }

  /** RFC 9111 section 5.2.2.5: no part of it is to be stored. */
  private static boolean mayNotBeKept(RequestHead request, ResponseHead head) {
    return CacheControl.of(request.fields()).has(CacheControl.Directive.NO_STORE)
        || CacheControl.of(head.fields()).has(CacheControl.Directive.NO_STORE);
  }

  private static boolean isBelieved(FetchTrace trace, @Nullable StoredResponse stored) {
    if (stored != null) {
      return !EvidenceRules.namesItself(stored.url());
    }
    boolean fromPeers =
        trace.tally().bytes(Provenance.TIER1) + trace.tally().bytes(Provenance.TIER2) > 0;
    return !fromPeers || trace.evidence().map(DocumentInterceptor::isPublishers).orElse(false);
  }

  /** Whether the publisher, or who is trusted, says what the bytes are. */
  private static boolean isPublishers(EvidenceSource source) {
    return switch (source) {
      case CALLER, URL_OCI, URL_BY_HASH -> false;
      default -> source.reach() != EvidenceSource.Reach.ASKER;
    };
  }

  private Optional<PeerId> signer(@Nullable StoredResponse stored) {
    return stored == null
        ? Optional.empty()
        : stored.voucher().flatMap(Voucher::signerOf).filter(signer -> !signer.equals(own));
  }
}
