package dev.fugitive.proxy.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mirror as a process, commanded by another one, serving curl. */
class MirrorProcessTest {
  private static final int LENGTH = 300_000;

  @TempDir Path directory;

  @Test
  void aMirrorThatWasOffObeysWhenItIsThereAndServesWhatItKeepsAfterAKillAndWithoutTheOrigin()
      throws Exception {
    try (NginxOrigin origin = NginxOrigin.start(directory.resolve("origin"))) {
      origin.publish("file.bin", Bodies.random(LENGTH));
      String commander = NodeProcess.key(directory.resolve("boss"));
      String mirrorKey = NodeProcess.key(directory.resolve("keeper"));
      int port = freePort();
      List<String> keeping =
          List.of(
              "--share",
              "on",
              "--trust-origin",
              origin.authority(),
              "--mirror-commander",
              commander,
              "--mirror-listen",
              "127.0.0.1:" + port);
      try (NodeProcess boss =
          NodeProcess.start(directory.resolve("boss"), List.of("--share", "off"))) {
        boss.said("mirror", "add", origin.url("file.bin"), "--on", mirrorKey);
        assertThat(boss.said("mirror", "status")).contains("waiting").contains("not received yet");

        List<String> meeting = new ArrayList<>(keeping);
        meeting.addAll(List.of("--rendezvous", boss.rendezvous()));
        try (NodeProcess keeper = NodeProcess.start(directory.resolve("keeper"), meeting)) {
          await()
              .atMost(Duration.ofSeconds(60))
              .until(() -> boss.said("mirror", "status").startsWith("done"));
          keeper.kill();
        }
      }
      try (NodeProcess keeper = NodeProcess.start(directory.resolve("keeper"), keeping)) {
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> keeper.said("mirror", "status").contains("1 of 1 URLs"));
        keepsWhatAListAndAManifestName(keeper, origin);
        origin.stop();
        String path = "http://127.0.0.1:" + port + "/mirror/" + origin.url("file.bin").substring(7);
        ByteString whole = ByteString.of(Bodies.random(LENGTH));
        assertThat(curl(path)).isEqualTo(whole);
        assertThat(curl("-r", "100-199", path)).isEqualTo(whole.substring(100, 200));
        assertThat(curl("-o", "/dev/null", "-w", "%{http_code}", "-H", "Host: evil.test", path))
            .isEqualTo(ByteString.encodeUtf8("421"));
        assertThat(curl("-o", "/dev/null", "-w", "%{http_code}", path + ".not"))
            .isEqualTo(ByteString.encodeUtf8("404"));
        assertThat(curl("--request-target", path, path)).isEqualTo(whole);
        assertThat(curl("-D-", "-X", "PUT", path).utf8())
            .startsWith("HTTP/1.1 405 ")
            .containsIgnoringCase("\r\nallow: GET, HEAD\r\n");
        assertThat(keeper.said("cache", "list", "--json")).contains("\"pinned\":true");
        keeper.said("mirror", "add", origin.url("file.bin"), "--list");
        assertThat(keeper.said("mirror", "remove", origin.url("file.bin"), "--json"))
            .startsWith("{\"id\":");
        assertThat(keeper.said("mirror", "status")).startsWith("nothing is kept yet: ");
      }
    }
  }

  private void keepsWhatAListAndAManifestName(NodeProcess keeper, NginxOrigin origin)
      throws Exception {
    origin.publish("listed/one.txt", Bodies.text(2000));
    origin.publish("list.txt", "# two\nlisted/one.txt\n/file.bin\n".getBytes(UTF_8));
    Path site = directory.resolve("origin/www");
    assertThat(Program.said(keeper.directory(), "manifest", "make", site.toString()))
        .contains("3 files");
    String manifest = origin.url(".well-known/fugitive-manifest");
    keeper.said("mirror", "add", origin.url("list.txt"), "--list");
    keeper.said("mirror", "add", manifest);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(keeper.said("mirror", "status"))
                .containsPattern("list +" + origin.url("list.txt") + ": 3 of 3 URLs")
                .containsPattern("manifest +" + manifest + ": 4 of 4 URLs"));
    keeper.said("mirror", "remove", origin.url("list.txt"));
    keeper.said("mirror", "remove", manifest);
  }

  private ByteString curl(String... arguments) throws IOException, InterruptedException {
    Path output = Files.createTempFile(directory, "curl", ".out");
    List<String> command = new ArrayList<>(List.of("curl", "-s", "--noproxy", "*"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectOutput(output.toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return ByteString.of(Files.readAllBytes(output));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
