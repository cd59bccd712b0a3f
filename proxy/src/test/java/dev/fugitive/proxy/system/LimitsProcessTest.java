package dev.fugitive.proxy.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the user of a node allows is what its peers get, as processes on real links. */
class LimitsProcessTest {
  private static final int LENGTH = 3 * 1024 * 1024;
  private static final int MONTH = 2 * 1024 * 1024;

  private static final List<String> FILES = List.of("quiet.bin", "paused.bin", "given.bin");

  @TempDir Path directory;

  @Test
  void nothingIsGivenInQuietHoursOrWhilePausedAndNoMoreThanTheMonthHas() throws Exception {
    try (NginxOrigin origin = NginxOrigin.start(directory.resolve("origin"))) {
      Nodes nodes = new Nodes(directory, origin.authority());
      // no two of one length, which would be one content
      for (int i = 0; i < FILES.size(); i++) {
        origin.publish(FILES.get(i), Bodies.random(LENGTH + i));
      }
      try (NodeProcess alice = sparing(origin)) {
        for (String name : FILES) {
          Fetched.get(alice, origin.url(name));
        }
        assertThat(alice.control("/api/v1/limits")).contains("[\"quiet-hours\"]");
        try (NodeProcess bob = nodes.start("bob", alice)) {
          awaitLink(bob);
          assertThat(given(bob, origin.url("quiet.bin"))).isZero();

          alice.said("share", "pause");
          alice.tell("limits", "{\"quiet-hours\": \"none\"}");
          assertThat(alice.control("/api/v1/limits")).contains("[\"paused\"]");
          assertThat(given(bob, origin.url("paused.bin"))).isZero();

          assertThat(alice.said("share", "resume")).contains("giving what is asked for");
          bob.awaitPeers(1);
          givesUntilTheMonthIsSpent(alice, bob, origin.url("given.bin"));
        }
      }
    }
  }

  /** Who has no answer of a busy peer in time asks the origin: so it is asked again. */
  private static void givesUntilTheMonthIsSpent(NodeProcess alice, NodeProcess bob, String url) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          bob.tell("cache/purge", "{\"url\": \"" + url + "\"}");
          given(bob, url);
          assertThat(alice.control("/api/v1/limits")).contains("[\"month-spent\"]");
        });
    assertThat(fromPeers(bob)).isBetween(1L, (long) MONTH);
  }

  private NodeProcess sparing(NginxOrigin origin) throws Exception {
    DateTimeFormatter format = DateTimeFormatter.ofPattern("HH:mm");
    String quiet =
        LocalTime.now(ZoneId.systemDefault()).minusHours(2).format(format)
            + "-"
            + LocalTime.now(ZoneId.systemDefault()).plusHours(2).format(format);
    return NodeProcess.start(
        directory.resolve("alice"),
        List.of(
            "--share",
            "on",
            "--quiet-hours",
            quiet,
            "--upload-month",
            "2m",
            "--trust-origin",
            origin.authority()));
  }

  private static void awaitLink(NodeProcess node) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> node.control("/api/v1/peers").contains("\"state\":\"open\""));
  }

  /** Bytes that the peer gave of all that was asked for so far; the origin gives the rest. */
  private static long given(NodeProcess node, String url) throws IOException {
    assertThat(Fetched.get(node, url).length()).isGreaterThanOrEqualTo(LENGTH);
    return fromPeers(node);
  }

  private static long fromPeers(NodeProcess node) {
    try {
      return EvidenceShare.of(node, "a reader of who gives little").fromPeers();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
