package dev.fugitive.proxy.mirror;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.Freshness;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.client.mirror.Listing;
import dev.fugitive.client.mirror.MirrorFetcher;
import dev.fugitive.client.mirror.MirrorSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import okhttp3.Call;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;

/**
 * Fetches through the node's own path: what is stale is validated, what is missing comes from peers
 * or the origin, and all of it is read, so that it is whole and proven in the cache, shared and
 * vouched for as anything that was fetched.
 */
public final class NodeFetcher implements MirrorFetcher {
  private static final int PIECE_BYTES = 64 * 1024;

  private final Call.Factory fetch;
  private final InstantSource clock;

  public NodeFetcher(Call.Factory fetch, InstantSource clock) {
    this.fetch = fetch;
    this.clock = clock;
  }

  @Override
  public Result fetch(String url, Optional<MirrorSource.Kind> listing) throws IOException {
    Request request = new Request.Builder().url(url).header("Accept-Encoding", "identity").build();
    Instant asked = clock.instant();
    try (Response response = fetch.newCall(request).execute()) {
      if (response.code() != 200) {
        throw new IOException("status " + response.code() + " (expected: 200)");
      }
      Instant answered = clock.instant();
      Duration fresh = Freshness.remaining(head(response), asked, answered);
      Buffer text = new Buffer();
      long length = readAll(response.body().source(), listing.isPresent(), text);
      Optional<List<String>> listed = Optional.empty();
      if (listing.isPresent()) {
        listed = Optional.of(Listing.read(listing.get(), url, text.readByteString()));
      }
      return new Result(length, fresh, listed);
    }
  }

  private static long readAll(BufferedSource body, boolean keep, Buffer kept) throws IOException {
    long length = 0;
    Buffer piece = new Buffer();
    for (long count = body.read(piece, PIECE_BYTES);
        count != -1;
        count = body.read(piece, PIECE_BYTES)) {
      length += count;
      if (!keep) {
        piece.clear();
        continue;
      }
      kept.writeAll(piece);
      if (kept.size() > Listing.MAX_BYTES) {
        throw new IOException(
            "list bytes: more than " + Listing.MAX_BYTES + " (expected: <= that)");
      }
    }
    return length;
  }

  private static ResponseHead head(Response response) {
    List<Fields.Field> lines = new ArrayList<>();
    for (int i = 0; i < response.headers().size(); i++) {
      lines.add(new Fields.Field(response.headers().name(i), response.headers().value(i)));
    }
    return new ResponseHead(response.code(), response.message(), new Fields(lines));
  }
}
