package dev.fugitive.client.fetch;

import dev.fugitive.client.manifest.ManifestMaker;
import dev.fugitive.client.manifest.SiteManifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import okhttp3.HttpUrl;
import okio.Buffer;
import okio.ByteString;

/** A site that serves a folder with its manifest, slowly, and counts what it sends of its files. */
final class PublishedSite extends Dispatcher {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");
  private static final int CHUNK_MILLIS = 10;

  private final Path folder;
  private final AtomicLong fileBytes = new AtomicLong();
  private final AtomicLong manifestRequests = new AtomicLong();
  private volatile boolean ignoringRanges;

  PublishedSite(Path folder) {
    this.folder = folder;
  }

  void put(String name, ByteString body) throws IOException {
    Files.write(folder.resolve(name), body.toByteArray());
  }

  void publish(HttpUrl base) throws IOException {
    ManifestMaker.make(folder, base, folder, Instant.now());
  }

  /** The manifest is gone, and announced as before. */
  void withdraw() throws IOException {
    Files.delete(folder.resolve(SiteManifest.PATH.substring(1)));
  }

  /** How often the manifest was asked for. */
  long manifestRequests() {
    return manifestRequests.get();
  }

  void ignoreRanges() {
    ignoringRanges = true;
  }

  /** Bytes of files that were sent; the manifest and its leaves are not among them. */
  long fileBytes() {
    return fileBytes.get();
  }

  @Override
  public MockResponse dispatch(RecordedRequest request) {
    String path = request.getUrl().encodedPath();
    Path file = folder.resolve(path.substring(1));
    if (path.equals(SiteManifest.PATH)) {
      manifestRequests.incrementAndGet();
    }
    try {
      return Files.isRegularFile(file)
          ? answer(request, path, file)
          : new MockResponse.Builder().code(404).build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String lastModified(Path file) throws IOException {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(
        Files.getLastModifiedTime(file).toInstant().atZone(ZoneOffset.UTC));
  }

  private MockResponse answer(RecordedRequest request, String path, Path file) throws IOException {
    ByteString body = ByteString.of(Files.readAllBytes(file));
    MockResponse.Builder response =
        new MockResponse.Builder()
            .addHeader("Cache-Control", "max-age=60")
            .addHeader("Last-Modified", lastModified(file))
            .addHeader("ETag", '"' + body.sha256().hex() + '"')
            .addHeader("Link", "<" + SiteManifest.PATH + ">; rel=\"fugitive-manifest\"");
    if (request.getMethod().equals("HEAD")) {
      return response.setHeader("Content-Length", body.size()).build();
    }
    Matcher range = RANGE.matcher(String.valueOf(request.getHeaders().get("Range")));
    ByteString sent = body;
    if (range.matches() && !ignoringRanges) {
      int first = Integer.parseInt(range.group(1));
      int last = Integer.parseInt(range.group(2));
      response
          .code(206)
          .addHeader("Content-Range", "bytes %d-%d/%d".formatted(first, last, body.size()));
      sent = body.substring(first, last + 1);
    }
    if (path.startsWith("/.well-known/")) {
      return response.body(new Buffer().write(sent)).build();
    }
    fileBytes.addAndGet(sent.size());
    return response
        .body(new Buffer().write(sent))
        .throttleBody(16 * 1024, CHUNK_MILLIS, TimeUnit.MILLISECONDS)
        .build();
  }
}
