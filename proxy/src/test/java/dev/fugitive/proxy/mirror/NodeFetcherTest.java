package dev.fugitive.proxy.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.client.manifest.ManifestMaker;
import dev.fugitive.client.manifest.SiteManifest;
import dev.fugitive.client.mirror.MirrorSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.OkHttpClient;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a site's manifest names, where it is too long for one document. */
class NodeFetcherTest {
  private static final int FILES = 520;
  private static final Instant MADE = Instant.parse("2026-11-21T10:00:00Z");

  @TempDir Path folder;

  private final MockWebServer site = new MockWebServer();
  private final OkHttpClient client = new OkHttpClient();
  private final NodeFetcher fetcher = new NodeFetcher(client, url -> true, InstantSource.system());

  /** What becomes of a path before it is looked up. */
  private volatile UnaryOperator<String> asked = path -> path;

  private volatile int statusOfMissing = 404;

  @BeforeEach
  void start() throws IOException {
    site.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return answer(asked.apply(request.getUrl().encodedPath()));
          }
        });
    site.start();
  }

  @AfterEach
  void close() throws IOException {
    site.close();
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }

  private MockResponse answer(String path) {
    Path file = folder.resolve(path.substring(1));
    try {
      return Files.isRegularFile(file)
          ? new MockResponse.Builder().body(new Buffer().write(Files.readAllBytes(file))).build()
          : new MockResponse.Builder().code(statusOfMissing).build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> publish(int files, Instant made) throws IOException {
    List<String> urls = new ArrayList<>();
    for (int i = 0; i < files; i++) {
      Files.writeString(folder.resolve("file-" + i + ".txt"), "content " + i);
      urls.add(site.url("/file-" + i + ".txt").toString());
    }
    ManifestMaker.Made published = ManifestMaker.make(folder, site.url("/"), folder, made);
    assertThat(published.partCount()).isEqualTo(files > 500 ? 16 : 0);
    return urls;
  }

  private List<String> listed() throws IOException {
    return fetcher
        .fetch(site.url(SiteManifest.PATH).toString(), Optional.of(MirrorSource.Kind.MANIFEST))
        .listed()
        .orElseThrow();
  }

  private static boolean isPart(String path) {
    return path.startsWith(SiteManifest.FOLDER) && path.endsWith(".json");
  }

  @Test
  void aManifestNamesTheFilesOfAllItsParts() throws IOException {
    List<String> urls = publish(FILES, MADE);

    assertThat(listed()).containsExactlyInAnyOrderElementsOf(urls);
  }

  @Test
  void aManifestWithoutPartsNamesItsOwn() throws IOException {
    List<String> urls = publish(3, MADE);

    assertThat(listed()).containsExactlyInAnyOrderElementsOf(urls);
    assertThat(site.getRequestCount()).isEqualTo(1);
  }

  @Test
  void aPartThatNoFileIsInIsMissedByNobody() throws IOException {
    List<String> urls = publish(FILES, MADE);
    asked = path -> isPart(path) && path.endsWith("/0.json") ? "/nothing" : path;

    assertThat(listed()).hasSizeBetween(FILES / 2, FILES - 1).isSubsetOf(urls);
  }

  @Test
  void aPartThatCannotBeHadFailsTheWholeSinceWhatItNamesWouldBeLetGo() throws IOException {
    publish(FILES, MADE);
    statusOfMissing = 503;
    asked = path -> isPart(path) && path.endsWith("/7.json") ? "/nothing" : path;

    assertThatThrownBy(this::listed)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/7.json: status 503 (expected: 200)");
  }

  @Test
  void aVersionThatIsTakenAwayMeanwhileFailsTheWhole() throws IOException {
    publish(FILES, MADE);
    AtomicInteger parts = new AtomicInteger();
    asked =
        path -> {
          if (isPart(path) && parts.incrementAndGet() == 9) {
            makeAnew();
          }
          return isPart(path) && parts.get() >= 9 ? "/nothing" : path;
        };

    assertThatThrownBy(this::listed).hasMessageContaining("made anew while its parts were read");
  }

  @Test
  void aVersionOfWhichNothingIsLeftNamesNoEmptySite() throws IOException {
    publish(FILES, MADE);
    asked = path -> isPart(path) ? "/nothing" : path;

    assertThatThrownBy(this::listed).hasMessageContaining("made anew while its parts were read");
  }

  private void makeAnew() {
    try {
      Files.writeString(folder.resolve("file-0.txt"), "other content");
      ManifestMaker.make(folder, site.url("/"), folder, MADE.plusSeconds(60));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
