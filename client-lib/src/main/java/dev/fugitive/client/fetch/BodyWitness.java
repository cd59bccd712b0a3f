package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.client.evidence.Documents;
import dev.fugitive.client.evidence.TrustBook;
import dev.fugitive.client.trust.Contradiction;
import dev.fugitive.client.trust.Evidence.ProvesWhole;
import dev.fugitive.client.trust.EvidenceRules;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import okhttp3.HttpUrl;

/** Has a body that came say which of the documents that named it were wrong. */
final class BodyWitness {
  private final Documents documents;
  private final TrustBook trust;
  private final InstantSource clock;

  BodyWitness(Documents documents, TrustBook trust, InstantSource clock) {
    this.documents = documents;
    this.trust = trust;
    this.clock = clock;
  }

  /**
   * Looks at a body that is here as a whole.
   *
   * @param head what came with it
   * @param body its digests, by the algorithms that documents named it by among others
   */
  void came(RequestHead request, ResponseHead head, FetchTrace trace, Set<Digest> body) {
    List<ProvesWhole> named =
        trace.named().evidence().stream()
            .filter(each -> EvidenceRules.holdsFor(each, request, head))
            .toList();
    if (documents.isDividedBy(HttpUrl.get(request.url()), named, body)) {
      trust.contradicted(new Contradiction(clock.instant(), request.url(), List.of(), true));
    }
  }
}
