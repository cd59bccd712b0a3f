package dev.fugitive.proxy.mirror;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.Freshness;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.cache.http.Storability;
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
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import okhttp3.Call;
import okhttp3.MediaType;
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
  private static final int LOOKS = 100;
  private static final long LOOK_NANOS = 20_000_000;

  private final Call.Factory fetch;
  private final Predicate<String> holds;
  private final InstantSource clock;

  /**
   * @param holds whether an answer of a URL is stored whole
   */
  public NodeFetcher(Call.Factory fetch, Predicate<String> holds, InstantSource clock) {
    this.fetch = fetch;
    this.holds = holds;
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
      if (listing.isPresent() && isPage(response)) {
        throw new IOException("a page of HTML (expected: a " + name(listing.get()) + ")");
      }
      Optional<String> refusal = refusal(url, head(response), answered);
      if (refusal.isPresent() && listing.isEmpty()) {
        throw new IOException("the origin forbids storing: " + refusal.get());
      }
      Buffer text = new Buffer();
      long length = readAll(response.body().source(), listing.isPresent(), text);
      Optional<List<String>> listed = Optional.empty();
      if (listing.isPresent()) {
        listed = Optional.of(read(listing.get(), url, text.readByteString()));
      }
      if (refusal.isEmpty()) {
        awaitStored(url);
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

  /** Why an answer may not be stored; of a list what it names may be kept all the same. */
  private static Optional<String> refusal(String url, ResponseHead answered, Instant now) {
    RequestHead asked = new RequestHead("GET", url, Fields.of("Accept-Encoding", "identity"));
    return switch (Storability.mayStore(asked, answered, now)) {
      case Storability.Storable storable -> Optional.empty();
      case Storability.NotStorable(Storability.Reason reason) -> Optional.of(reason.token());
    };
  }

  private static boolean isPage(Response response) {
    MediaType type = response.body().contentType();
    return type != null && type.subtype().contains("html");
  }

  private static String name(MirrorSource.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** The node enters a body in its index a moment after the last byte, on a thread of its own. */
  private void awaitStored(String url) throws IOException {
    for (int i = 0; i < LOOKS; i++) {
      if (holds.test(url)) {
        return;
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    throw new IOException("not stored (expected: a body within the cache's limits)");
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
