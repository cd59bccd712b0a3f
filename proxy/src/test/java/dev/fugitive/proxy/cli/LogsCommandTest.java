package dev.fugitive.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real proxy wrote down, as its user sees it. */
final class LogsCommandTest {
  @TempDir Path home;

  @Test
  void whatWasFetchedIsShownAndCanBeSwitchedOff() throws Exception {
    Shelled shelled = new Shelled(home);
    assertThat(shelled.run("logs")).isZero();
    assertThat(shelled.out()).isEmpty();
    try (MockWebServer origin = new MockWebServer()) {
      origin.start();
      origin.enqueue(new MockResponse.Builder().body("hello").build());
      origin.enqueue(new MockResponse.Builder().code(404).build());
      fetch(shelled, origin.url("/seen").toString());
      fetch(shelled, origin.url("/missing").toString());
      shelled.environment.put("FUGITIVE_ACCESS_LOG", "off");
      origin.enqueue(new MockResponse.Builder().body("hello").build());
      fetch(shelled, origin.url("/unseen").toString());
    }
    assertThat(shelled.run("logs")).isZero();
    assertThat(shelled.out())
        .hasLineCount(2)
        .contains("200", "5 B", "/seen")
        .doesNotContain("unseen");
    assertThat(shelled.run("logs", "--failed", "--json")).isZero();
    assertThat(shelled.out()).hasLineCount(1).startsWith("{\"bytes\":{").contains("\"status\":404");
  }

  @Test
  void whyAFetchFailedIsShown() throws Exception {
    Shelled shelled = new Shelled(home);
    String url;
    try (MockWebServer origin = new MockWebServer()) {
      origin.start();
      url = origin.url("/gone").toString();
    }
    fetch(shelled, url);
    assertThat(shelled.run("logs", "--failed")).isZero();
    assertThat(shelled.out()).hasLineCount(1).contains("---", url + " (Failed to connect to ");
  }

  private void fetch(Shelled shelled, String url) {
    shelled.hold =
        server -> {
          String proxy = shelled.out().replaceAll("(?s).*proxy http://([0-9.:]+),.*", "$1");
          new Shelled(home)
              .run("fetch", "-o", home.resolve("got").toString(), "--proxy", proxy, url);
          Shelled.closeAtOnce(server);
        };
    assertThat(shelled.run("proxy", "--rendezvous", "none")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--since yesterday",
        "--status 99",
        "--source cdn",
        "--lines many",
        "--host http://x/"
      })
  void whatCannotBeLookedForIsRefusedWithWhatCould(String options) {
    Shelled shelled = new Shelled(home);
    String[] words = options.split(" ", -1);
    assertThat(shelled.run("logs", words[0], words[1])).isEqualTo(ExitStatus.USAGE);
    assertThat(shelled.err())
        .hasLineCount(1)
        .startsWith("fugitive: " + words[0] + ": " + words[1] + " (expected: ");
  }
}
