package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.client.evidence.Documents;
import dev.fugitive.client.trust.Evidence;
import dev.fugitive.client.trust.EvidenceRules;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.stream.Stream;
import okhttp3.Interceptor;
import okhttp3.Response;

/**
 * Looks up what documents say about what goes upstream, for all who come after; and notes by which
 * evidence the answer could have been proven, whether or not a peer was there to give it.
 */
final class EvidenceInterceptor implements Interceptor {
  private final Documents documents;

  EvidenceInterceptor(Documents documents) {
    this.documents = documents;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    RequestHead request = Heads.of(chain.request());
    FetchTrace trace = FetchTrace.of(chain.request());
    try {
      trace.name(documents.find(chain.request().url(), request));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a document is read");
    }
    Response response = chain.proceed(chain.request());
    if (trace.evidence().isEmpty()) {
      known(request, trace, response).findFirst().ifPresent(each -> trace.provenBy(each.source()));
    }
    return response;
  }

  private static Stream<Evidence.ProvesWhole> known(
      RequestHead request, FetchTrace trace, Response response) {
    return Stream.of(
            trace.named().evidence(),
            EvidenceRules.ofRequest(request),
            EvidenceRules.ofResponse(request, Heads.of(response)))
        .flatMap(List::stream)
        .filter(each ->
            EvidenceRules.holdsFor(each, request, Heads.of(response))
                || EvidenceRules.namesDecoded(each, request, Heads.of(response)));
  }
}
