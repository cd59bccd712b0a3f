package dev.fugitive.proxy.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.trust.FugitiveSource;
import java.io.IOException;
import java.time.Duration;
import okhttp3.Headers;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * What a client got through a node.
 *
 * @param longestGap the longest time between two pieces of the body
 */
record Fetched(Headers headers, ByteString body, FugitiveSource source, Duration longestGap) {
  private static final long PIECE_BYTES = 64 * 1024;

  static Fetched get(NodeProcess node, String url) throws IOException {
    return get(node, url, "identity");
  }

  static Fetched get(NodeProcess node, String url, String acceptEncoding) throws IOException {
    return get(node, url, acceptEncoding, bytes -> {});
  }

  /** Hears how many bytes have come, after each piece. */
  interface Progress {
    void at(long bytes) throws IOException;
  }

  static Fetched get(NodeProcess node, String url, String acceptEncoding, Progress progress)
      throws IOException {
    Request request =
        new Request.Builder().url(url).header("Accept-Encoding", acceptEncoding).build();
    try (Response response = node.client().newCall(request).execute()) {
      assertThat(response.code()).isEqualTo(200);
      Buffer body = new Buffer();
      long longestNanos = 0;
      long before = System.nanoTime();
      while (response.body().source().read(body, PIECE_BYTES) != -1) {
        long now = System.nanoTime();
        longestNanos = Math.max(longestNanos, now - before);
        before = now;
        progress.at(body.size());
      }
      FugitiveSource source =
          FugitiveSource.parse(response.headers(FugitiveSource.FIELD)).orElseThrow();
      return new Fetched(
          response.headers(), body.readByteString(), source, Duration.ofNanos(longestNanos));
    }
  }

  long length() {
    return body.size();
  }

  ByteString sha256() {
    return body.sha256();
  }

  @Nullable String header(String name) {
    return headers.get(name);
  }
}
