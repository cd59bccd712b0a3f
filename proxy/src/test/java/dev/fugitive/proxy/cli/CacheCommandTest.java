package dev.fugitive.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.proxy.control.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.HttpUrl;
import okio.Buffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept, as its owner sees and changes it: beside a running proxy and without one. */
final class CacheCommandTest {
  @TempDir Path home;
  private Shelled shelled;

  @BeforeEach
  void start() {
    shelled = new Shelled(home);
  }

  /** Runs a check beside a proxy that has fetched /a and /b. */
  private void withProxy(Check check) throws Exception {
    try (MockWebServer origin = new MockWebServer()) {
      origin.start();
      Exception[] failure = new Exception[1];
      shelled.hold =
          server -> {
            try {
              String proxy = shelled.out().replaceAll("(?s).*proxy http://([0-9.:]+),.*", "$1");
              Shelled other = new Shelled(home);
              for (String name : new String[] {"/a", "/b"}) {
                origin.enqueue(
                    new MockResponse.Builder()
                        .addHeader("Cache-Control", "max-age=3600")
                        .body(new Buffer().write(new byte[100_000]).writeUtf8(name))
                        .build());
                assertThat(
                        other.run(
                            "fetch",
                            "-o",
                            home.resolve("got").toString(),
                            "--proxy",
                            proxy,
                            origin.url(name).toString()))
                    .as(other.err())
                    .isZero();
              }
              check.run(other, proxy, origin.url("/a").toString());
            } catch (Exception thrown) {
              failure[0] = thrown;
            } finally {
              Shelled.closeAtOnce(server);
            }
          };
      assertThat(shelled.run("proxy", "--rendezvous", "none")).as(shelled.err()).isZero();
      if (failure[0] != null) {
        throw failure[0];
      }
    }
  }

  @FunctionalInterface
  private interface Check {
    void run(Shelled shell, String proxy, String url) throws Exception;
  }

  @Test
  void aRunningProxyListsPinsVerifiesAndForgets() throws Exception {
    withProxy((shell, proxy, url) -> {
      assertThat(shell.run("cache", "list", "--proxy", proxy)).as(shell.err()).isZero();
      assertThat(shell.out()).hasLineCount(3).contains(url, "97.7 KiB", "59 min");
      assertThat(shell.run("cache", "pin", url, "--proxy", proxy)).isZero();
      assertThat(shell.run("cache", "list", "--pinned", "--json", "--proxy", proxy)).isZero();
      assertThat(shell.out()).contains("\"pinned\":true", url).doesNotContain("/b\"");
      assertThat(shell.run("cache", "purge", "--all", "--proxy", proxy)).isZero();
      assertThat(shell.out()).isEqualTo("1 contents forgotten, 97.7 KiB; 1 pinned stay\n");
      assertThat(shell.run("cache", "verify", "--proxy", proxy)).isZero();
      assertThat(shell.out()).isEqualTo("1 contents, 97.7 KiB read, all as stored\n");
      assertThat(shell.run("cache", "unpin", url, "--proxy", proxy)).isZero();
      assertThat(shell.run("cache", "unpin", url, "--proxy", proxy)).isEqualTo(ExitStatus.FAILED);
      assertThat(shell.err()).isEqualTo("fugitive cache: " + url + ": not pinned\n");
      assertThat(shell.run("cache", "purge", url, "--proxy", proxy)).isZero();
      assertThat(shell.run("cache", "pin", url, "--proxy", proxy)).isEqualTo(ExitStatus.FAILED);
      assertThat(shell.err()).contains(url + ": not in the cache (expected: ");
      assertThat(shell.run("cache", "pin", "a.example", "--proxy", proxy))
          .isEqualTo(ExitStatus.USAGE);
      assertThat(shell.err()).contains("url: a.example (expected: an http or https URL)");
    });
  }

  @Test
  void theControlApiTellsWhoElseHasItAndForgetsEverythingPinnedOrNot() throws Exception {
    withProxy((shell, proxy, url) -> {
      HttpUrl address = HttpUrl.get("http://" + proxy);
      ControlClient control =
          ControlClient.of(
              new InetSocketAddress(address.host(), address.port()),
              home.resolve(".local/state/fugitive"),
              Duration.ofSeconds(20));
      assertThat(control.get("cache?limit=1").toJson())
          .contains("\"seeders\":{", "\"tier1\":0", "\"throughTier1\":0", "\"total\":2");
      assertThat(shell.run("cache", "pin", url, "--proxy", proxy)).isZero();
      assertThatThrownBy(() -> control.post("cache/purge", Map.of("url", url, "all", true)))
          .hasMessageContaining("expected: one of url, olderThanSeconds, and all: true");

      JsonObject purged = control.post("cache/purge", Map.of("all", true));

      assertThat(purged.number("answers")).contains(2L);
      assertThat(purged.number("contents")).contains(2L);
      assertThat(control.get("cache").number("total")).contains(0L);
    });
  }

  @Test
  void withoutAProxyTheDirectoryItselfAnswers() throws Exception {
    String[] url = new String[1];
    withProxy((shell, proxy, first) -> url[0] = first);
    assertThat(shelled.run("cache", "pin", url[0])).as(shelled.err()).isZero();
    assertThat(shelled.run("cache", "list", "--pinned")).isZero();
    assertThat(shelled.out()).hasLineCount(2).contains(url[0]);
    damageEverything();
    assertThat(shelled.run("cache", "verify")).isEqualTo(ExitStatus.FAILED);
    assertThat(shelled.out())
        .contains("damaged  " + url[0], "2 contents", "2 damaged and forgotten");
    assertThat(shelled.run("cache", "list", "--json")).isZero();
    assertThat(shelled.out()).isEqualTo("{\"contents\":[],\"total\":0}\n");
  }

  private void damageEverything() throws IOException {
    try (Stream<Path> files = Files.list(home.resolve(".cache/fugitive/contents/contents"))) {
      for (Path file : files.toList()) {
        byte[] bytes = Files.readAllBytes(file);
        bytes[50_000] ^= 1;
        Files.write(file, bytes);
      }
    }
  }

  @Test
  void anExplanationSaysWhatWasFoundAtEachStep() throws Exception {
    withProxy((shell, proxy, url) -> {
      assertThat(shell.run("explain", url, "--proxy", proxy)).as(shell.err()).isZero();
      assertThat(shell.out().lines())
          .anyMatch(line -> line.matches("cache +stored, fresh for 59 min; its body is here"))
          .anyMatch(line -> line.matches("sharing +peers may be asked"))
          .anyMatch(line -> line.matches("peers +no link is open"))
          .anyMatch(line ->
              line.matches("so +the cache gives it, else the origin gives it.*why=no-peer.*"));
      assertThat(shell.run("explain", "http://127.0.0.2/x", "--json", "--proxy", proxy)).isZero();
      assertThat(shell.out())
          .contains("\"against\":\"private-address\"", "\"why\":\"not-shareable\"")
          .contains("\"refused\":\"127.0.0.2:80 is 127.0.0.2, ", "\"loop\":false");
      assertThat(shell.run("explain", "http://127.0.0.2/x", "--proxy", proxy)).isZero();
      assertThat(shell.out().lines())
          .anyMatch(
              line -> line.matches("origin +refused: 127.0.0.2:80 is 127.0.0.2, an address of.*"))
          .anyMatch(line -> line.matches("so +the proxy refuses it \\(403\\).*--trust-origin.*"))
          .noneMatch(line -> line.contains("the origin gives it"));
      assertThat(shell.run("explain", "http://" + proxy + "/x", "--proxy", proxy)).isZero();
      assertThat(shell.out().lines())
          .anyMatch(line -> line.matches("origin +refused: .*, where this proxy itself listens"))
          .anyMatch(line -> line.matches("so +the proxy refuses it \\(508\\).*"));
    });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cache",
        "cache purge",
        "cache purge --all http://a/",
        "cache purge --older-than old",
        "cache list --limit 2000",
        "explain a",
        "explain"
      })
  void whatCannotBeFollowedIsRefusedInOneLine(String line) {
    assertThat(shelled.run(line.split(" "))).isEqualTo(ExitStatus.USAGE);
    assertThat(shelled.err()).hasLineCount(1).startsWith("fugitive");
  }
}
