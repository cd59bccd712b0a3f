package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.client.trust.Evidence;
import dev.fugitive.client.trust.EvidenceRules;
import dev.fugitive.client.trust.EvidenceSource;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import okhttp3.Interceptor;
import okhttp3.Response;
import okhttp3.ResponseBody;

/**
 * Holds every whole answer to the digest that the caller gave with {@code Fugitive-Integrity},
 * wherever its bytes come from: a body that does not have it fails before its last byte is given.
 */
final class IntegrityInterceptor implements Interceptor {
  @Override
  public Response intercept(Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    Optional<Digest> expected = callersDigest(Heads.of(chain.request()));
    if (expected.isEmpty() || response.code() != 200) {
      return response;
    }
    ResponseBody body = response.body();
    return response
        .newBuilder()
        .body(
            ResponseBody.create(
                okio.Okio.buffer(new IntegritySource(body.source(), expected.get())),
                body.contentType(),
                body.contentLength()))
        .build();
  }

  private static Optional<Digest> callersDigest(RequestHead request) {
    List<Evidence.ProvesWhole> evidence = EvidenceRules.ofRequest(request);
    return evidence.stream()
        .filter(each -> each.source() == EvidenceSource.CALLER)
        .map(Evidence.ProvesWhole::digest)
        .findFirst();
  }
}
