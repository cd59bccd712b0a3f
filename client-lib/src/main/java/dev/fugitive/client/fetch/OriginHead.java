package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.ResponseHead;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the origin answered to HEAD, asked so that it may state a digest (RFC 9530). */
record OriginHead(ResponseHead head, Instant sent, Instant came) {
  private static final Logger LOG = LoggerFactory.getLogger(OriginHead.class);

  /** Below this a HEAD costs as much as the body. */
  static final long WORTH_ASKING_BYTES = 64 * 1024;

  private static final int TIMEOUT_SECONDS = 5;

  /** Empty where the origin does not answer HEAD as it would GET, or takes its time. */
  static Optional<OriginHead> ask(Interceptor.Chain chain, InstantSource clock) throws IOException {
    Request request =
        chain
            .request()
            .newBuilder()
            .head()
            .removeHeader("Range")
            .header("Want-Repr-Digest", "sha-256=10")
            .build();
    Instant sent = clock.instant();
    Interceptor.Chain hasty = chain.withReadTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    try (Response response = hasty.proceed(request)) {
      return response.code() == 200
          ? Optional.of(new OriginHead(Heads.of(response), sent, clock.instant()))
          : Optional.empty();
    } catch (IOException e) {
      if (FetchTrace.of(chain.request()).cancellation().isCancelled()) {
        throw e;
      }
      LOG.debug("HEAD {}: {}", chain.request().url(), e.getMessage());
      return Optional.empty();
    }
  }

  /** The body's stated length; 0 where none is stated. */
  long lengthBytes() {
    String stated = head.fields().first("Content-Length").orElse("0");
    return stated.matches("\\d{1,18}") ? Long.parseLong(stated) : 0;
  }
}
