package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.Digest;
import dev.fugitive.client.trust.EvidenceRules;
import java.io.IOException;
import java.util.Set;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Okio;

/**
 * Holds every whole answer to the digest that the caller gave with {@code Fugitive-Integrity},
 * wherever its bytes come from: a body that does not have it fails before its last byte is given.
 *
 * <p>Where several digests of the strongest algorithm are given, the body must have one of them
 * (SRI, section 3.3.5). A field that names no digest that can be checked is answered with 400: the
 * caller counts on a check that nobody would make.
 */
final class IntegrityInterceptor implements Interceptor {
  private static final MediaType TEXT = MediaType.get("text/plain; charset=utf-8");

  @Override
  public Response intercept(Chain chain) throws IOException {
    Request request = chain.request();
    Set<Digest> expected;
    try {
      expected = expectedBy(request);
    } catch (IllegalArgumentException malformed) {
      return refused(request, String.valueOf(malformed.getMessage()));
    }
    Response response = chain.proceed(request);
    return expected.isEmpty() || response.code() != 200 || request.method().equals("HEAD")
        ? response
        : checked(response, expected);
  }

  /**
   * The digests that a request asks for; empty where it has no such field.
   *
   * @throws IllegalArgumentException where the field is there and names none that can be checked
   */
  static Set<Digest> expectedBy(Request request) {
    if (request.header(EvidenceRules.INTEGRITY_FIELD) == null) {
      return Set.of();
    }
    return parse(String.join(" ", request.headers(EvidenceRules.INTEGRITY_FIELD)));
  }

  /**
   * The digests that a field states.
   *
   * @throws IllegalArgumentException where it names none that can be checked
   */
  static Set<Digest> parse(String field) {
    Set<Digest> digests;
    try {
      digests = Digest.parseIntegrity(field);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(EvidenceRules.INTEGRITY_FIELD + ": " + e.getMessage(), e);
    }
    if (digests.isEmpty()) {
      throw new IllegalArgumentException(
          EvidenceRules.INTEGRITY_FIELD + ": " + field + " (expected: sha256-BASE64)");
    }
    return digests;
  }

  private static Response checked(Response response, Set<Digest> expected) {
    ResponseBody body = response.body();
    return response
        .newBuilder()
        .body(
            ResponseBody.create(
                Okio.buffer(new IntegritySource(body.source(), expected)),
                body.contentType(),
                body.contentLength()))
        .build();
  }

  private static Response refused(Request request, String why) {
    return new Response.Builder()
        .request(request)
        .protocol(Protocol.HTTP_1_1)
        .code(400)
        .message("Bad Request")
        .header("Content-Type", TEXT.toString())
        .body(ResponseBody.create(why + "\n", TEXT))
        .build();
  }
}
