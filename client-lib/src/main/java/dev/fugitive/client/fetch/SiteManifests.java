package dev.fugitive.client.fetch;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.manifest.ManifestCodec;
import dev.fugitive.client.manifest.ManifestEntry;
import dev.fugitive.client.manifest.SiteManifest;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What sites publish about their files ({@link SiteManifest}): which sites do so, and what their
 * manifests say.
 *
 * <p>A site is asked for its manifest only once an answer of it has announced one (RFC 8288, {@code
 * Link: </.well-known/fugitive-manifest>; rel="fugitive-manifest"}): nobody else is bothered, and
 * nobody learns that this node knows manifests. The documents are fetched and kept like every other
 * resource; what was read of them is looked at anew after {@link #READ_FOR}. No fetch waits for the
 * manifest of a site that had none to give when it was last asked: it is looked for beside that.
 */
final class SiteManifests {
  private static final Logger LOG = LoggerFactory.getLogger(SiteManifests.class);
  private static final Duration READ_FOR = Duration.ofSeconds(30);
  private static final Duration ANNOUNCED_FOR = Duration.ofDays(7);
  private static final int TIMEOUT_SECONDS = 5;
  private static final int MAX_SITES = 10_000;
  private static final int MAX_DOCUMENTS = 16;

  /** Leaves that are read at the same time, so that no site makes us hold many. */
  private static final int MAX_LEAVES_AT_ONCE = 4;

  private final Executor threads;
  private final Cache<HttpUrl, Boolean> announced =
      Caffeine.newBuilder().maximumSize(MAX_SITES).expireAfterWrite(ANNOUNCED_FOR).build();
  private final AsyncCache<HttpUrl, Optional<SiteManifest>> documents =
      Caffeine.newBuilder().maximumSize(MAX_DOCUMENTS).expireAfterWrite(READ_FOR).buildAsync();

  /** Sites whose manifest was looked at anew for a file that it did not list. */
  private final Cache<HttpUrl, Boolean> renewed =
      Caffeine.newBuilder().maximumSize(MAX_SITES).expireAfterWrite(Duration.ofSeconds(2)).build();

  /** Sites that announce a manifest and gave none. */
  private final Cache<HttpUrl, Boolean> missing =
      Caffeine.newBuilder().maximumSize(MAX_SITES).build();

  private final Semaphore leavesAtOnce = new Semaphore(MAX_LEAVES_AT_ONCE);

  // Set once, before the first request.
  private volatile Call.@Nullable Factory path;

  SiteManifests(Executor threads) {
    this.threads = threads;
  }

  /** Says by which path the documents are fetched. */
  void through(Call.Factory wholePath) {
    path = wholePath;
  }

  /** Takes note of whether an answer announces its site's manifest. */
  void heard(Response response) {
    for (String link : response.headers("Link")) {
      if (announces(link)) {
        announced.put(site(response.request().url()), true);
      }
    }
  }

  private static boolean announces(String link) {
    return link.contains("<" + SiteManifest.PATH + ">")
        && link.matches(".*;\\s*rel=\"?" + SiteManifest.LINK_RELATION + "\"?\\s*(?:[;,].*)?");
  }

  /** What the site's manifest says that a URL is; a manifest itself is asked of nobody. */
  Optional<Stated> find(HttpUrl url) throws InterruptedIOException {
    HttpUrl site = site(url);
    String file = url.encodedPath();
    if (url.query() != null
        || file.startsWith(SiteManifest.PATH)
        || announced.getIfPresent(site) == null) {
      return Optional.empty();
    }
    Optional<Stated> stated = look(site, file);
    if (stated.isPresent()
        || missing.getIfPresent(site) != null
        || renewed.asMap().putIfAbsent(site, true) != null) {
      return stated;
    }
    // what is not listed may have been published a moment ago
    documents.synchronous().invalidate(at(site, SiteManifest.PATH));
    return look(site, file);
  }

  private Optional<Stated> look(HttpUrl site, String file) throws InterruptedIOException {
    CompletableFuture<Optional<SiteManifest>> reading = reading(at(site, SiteManifest.PATH));
    if (missing.getIfPresent(site) != null && !reading.isDone()) {
      return Optional.empty();
    }
    Optional<SiteManifest> manifest = await(reading);
    Optional<String> part = manifest.flatMap(whole -> whole.partOf(file));
    if (part.isPresent()) {
      manifest = await(reading(at(site, part.get())));
    }
    return manifest.flatMap(found -> found.find(file).map(entry -> new Stated(site, entry, found)));
  }

  /** What a manifest says about a file. */
  record Stated(HttpUrl site, ManifestEntry entry, SiteManifest manifest) {}

  private CompletableFuture<Optional<SiteManifest>> reading(HttpUrl url) {
    return documents.get(url, (key, executor) -> inBackground(() -> read(key)));
  }

  private Optional<SiteManifest> read(HttpUrl url) throws IOException {
    try (Buffer bytes = body(url, ManifestCodec.MAX_BYTES)) {
      SiteManifest manifest = ManifestCodec.read(bytes.inputStream());
      missing.invalidate(site(url));
      return Optional.of(manifest);
    } catch (FileNotFoundException e) {
      missing.put(site(url), true);
      throw e;
    }
  }

  /** The hashes of a file's chunks; completed with nothing where they cannot be had. */
  CompletableFuture<Optional<ByteBuffer>> leaves(Stated stated) {
    ManifestEntry entry = stated.entry();
    return entry.leavesPublished()
        ? inBackground(() -> readLeaves(stated))
        : CompletableFuture.completedFuture(Optional.empty());
  }

  private Optional<ByteBuffer> readLeaves(Stated stated) throws IOException {
    if (!leavesAtOnce.tryAcquire()) {
      return Optional.empty();
    }
    ContentId content = stated.entry().content();
    HttpUrl url = at(stated.site(), SiteManifest.leavesOf(stated.entry()));
    try (Buffer bytes = body(url, (long) content.chunkCount() * ContentId.ROOT_BYTES)) {
      return Optional.of(ByteBuffer.wrap(bytes.readByteArray()));
    } finally {
      leavesAtOnce.release();
    }
  }

  /** A reading that fails gives nothing: then there is no manifest. */
  private interface Reading<T> {
    Optional<T> read() throws IOException;
  }

  private <T> CompletableFuture<Optional<T>> inBackground(Reading<T> reading) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return reading.read();
          } catch (IOException e) {
            LOG.info("a site's manifest cannot be read: {}", e.getMessage());
            return Optional.empty();
          }
        },
        threads);
  }

  private Buffer body(HttpUrl url, long maxBytes) throws IOException {
    Call.Factory factory = path;
    if (factory == null) {
      throw new IOException("no path to " + url);
    }
    Call call = factory.newCall(new Request.Builder().url(url).build());
    call.timeout().timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    try (Response response = call.execute();
        BufferedSource source = response.body().source()) {
      if (response.code() == 404 || response.code() == 410) {
        throw new FileNotFoundException(url + ": status " + response.code());
      }
      if (response.code() != 200) {
        throw new IOException("%s: status %d (expected: 200)".formatted(url, response.code()));
      }
      if (source.request(maxBytes + 1)) {
        throw new IOException("%s: longer than %d bytes".formatted(url, maxBytes));
      }
      Buffer bytes = new Buffer();
      source.readAll(bytes);
      return bytes;
    }
  }

  /** Waits for what is read in the background; takes its time no longer than one request may. */
  static <T> Optional<T> await(CompletableFuture<Optional<T>> reading)
      throws InterruptedIOException {
    try {
      return reading.get(2L * TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a manifest is read");
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a manifest cannot be read", e.getCause());
    }
  }

  private static HttpUrl site(HttpUrl url) {
    return at(url, "/");
  }

  private static HttpUrl at(HttpUrl site, String path) {
    return site.newBuilder()
        .username("")
        .password("")
        .encodedPath(path)
        .query(null)
        .fragment(null)
        .build();
  }
}
