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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import okhttp3.Call;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;
import okio.ByteString;

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
    Instant asked = clock.instant();
    try (Response response = fetch.newCall(request(url).build()).execute()) {
      if (response.code() != 200) {
        throw new IOException("status " + response.code() + " (expected: 200)");
      }
      Instant answered = clock.instant();
      Duration fresh = Freshness.remaining(head(response), asked, answered);
      Buffer text = new Buffer();
      long length = readAll(response.body().source(), listing.isPresent(), text);
      Optional<List<String>> listed = Optional.empty();
      if (listing.isPresent()) {
        listed = Optional.of(read(listing.get(), url, text.readByteString()));
      }
      return new Result(length, fresh, listed);
    }
  }

  private static Request.Builder request(String url) {
    return new Request.Builder().url(url).header("Accept-Encoding", "identity");
  }

  private List<String> read(MirrorSource.Kind kind, String url, ByteString text)
      throws IOException {
    List<String> own = Listing.read(kind, url, text);
    List<String> parts = kind == MirrorSource.Kind.MANIFEST ? Listing.parts(url, text) : List.of();
    return parts.isEmpty() ? own : withParts(url, own, parts);
  }

  /**
   * All that a manifest and its parts name, or a failure: what is not named any more is let go, so
   * half of a list would be worse than none. A part that is not there has no files, unless the site
   * took the whole version away meanwhile.
   */
  private List<String> withParts(String manifest, List<String> own, List<String> parts)
      throws IOException {
    Set<String> urls = new LinkedHashSet<>(own);
    int here = 0;
    boolean missing = false;
    for (String part : parts) {
      if (urls.size() > Listing.MAX_URLS) {
        break;
      }
      Optional<ByteString> text = textOf(request(part).build());
      if (text.isPresent()) {
        urls.addAll(Listing.read(MirrorSource.Kind.MANIFEST, manifest, text.get()));
        here++;
      }
      missing |= text.isEmpty();
    }
    if (here == 0 || (missing && !isStill(manifest, parts))) {
      throw new IOException("the manifest was made anew while its parts were read");
    }
    return List.copyOf(urls);
  }

  private boolean isStill(String manifest, List<String> parts) throws IOException {
    Request anew = request(manifest).header("Cache-Control", "no-cache").build();
    Optional<ByteString> text = textOf(anew);
    return text.isPresent() && Listing.parts(manifest, text.get()).equals(parts);
  }

  /** Empty where there is none (404, 410). */
  private Optional<ByteString> textOf(Request request) throws IOException {
    try (Response response = fetch.newCall(request).execute()) {
      if (response.code() == 404 || response.code() == 410) {
        return Optional.empty();
      }
      if (response.code() != 200) {
        throw new IOException(
            "%s: status %d (expected: 200)".formatted(request.url(), response.code()));
      }
      Buffer text = new Buffer();
      var unused = readAll(response.body().source(), true, text);
      return Optional.of(text.readByteString());
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
