package dev.fugitive.proxy.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands say of two nodes that are linked by WebRTC. */
class TwoNodesCommandsTest {
  private static final int LENGTH = 6 * 1024 * 1024;

  @TempDir Path directory;

  private record Said(int status, String words) {}

  @Test
  void theCommandsShowThePeerWhatItGivesAndWhy() throws Exception {
    try (NginxOrigin origin = NginxOrigin.start(directory.resolve("origin"));
        NodeProcess alice = slowly("alice", origin)) {
      origin.publish("file.bin", Bodies.random(LENGTH));
      String url = origin.url("file.bin");
      Fetched.get(alice, url);
      Path home = Files.createDirectories(directory.resolve("bob"));
      String key = NodeProcess.key(alice.directory());
      say(home, List.of("trust", "add", key, "--name", "Alice"));
      try (NodeProcess bob =
          NodeProcess.start(
              home,
              List.of("--rendezvous", alice.rendezvous(), "--trust-origin", origin.authority()))) {
        bob.awaitPeers(1);

        explains(bob, url);
        fetches(bob, url, origin);
        assertThat(say(bob, "peers").words())
            .containsPattern("open +[0-9.]+ ms")
            .containsPattern("[67]\\.[0-9]+ MiB")
            .contains(key);
        Awaitility.await()
            .atMost(Duration.ofSeconds(20))
            .untilAsserted(() ->
                assertThat(say(bob, "cache", "list").words())
                    .containsPattern("peers, by Alice +" + url));
        assertThat(say(alice, "cache", "list").words()).containsPattern("origin +" + url);
      }
    }
  }

  /** So slowly that a fetch is seen while it runs. */
  private NodeProcess slowly(String name, NginxOrigin origin) throws IOException {
    return NodeProcess.start(
        directory.resolve(name),
        List.of(
            "--share",
            "on",
            "--upload-limit",
            "2m",
            "--rendezvous",
            "embedded",
            "--trust-origin",
            origin.authority()));
  }

  /** Peers have 750 ms to answer, which may be too short on a machine that does much else. */
  private static void explains(NodeProcess bob, String url) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() ->
            assertThat(say(bob, "explain", url).words())
                .contains("nothing stored that answers it", "peers may be asked")
                .contains("1 link is open; 1 say they have it")
                .contains("head and root are vouched for; 1 peers hold it")
                .containsPattern("so +peers give it\n"));
  }

  /** The origin is gone, so that nobody but the peer can give it. */
  private void fetches(NodeProcess bob, String url, NginxOrigin origin) {
    origin.stop();
    Path file = directory.resolve("fetched.bin");
    List<String> command =
        List.of("fetch", "-o", file + "", "--proxy", "127.0.0.1:" + bob.port(), url);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          Said said = say(bob.directory(), command, List.of("-Dfugitive.terminal.err=true"));
          assertThat(said.words())
              .containsPattern(
                  "\r *[0-9]+ % \\[#* +] .* MiB of 6\\.0 MiB .*/s  tier1 [0-9.]+ [KM]iB")
              .contains("100 % [##", "from \u001b", "tier1");
          assertThat(said.status()).isZero();
        });
    assertThat(file).hasBinaryContent(Bodies.random(LENGTH));
  }

  private static Said say(NodeProcess node, String... words)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of(words));
    arguments.addAll(List.of("--proxy", "127.0.0.1:" + node.port()));
    return say(node.directory(), arguments);
  }

  private static Said say(Path home, List<String> arguments)
      throws IOException, InterruptedException {
    Said said = say(home, arguments, List.of());
    assertThat(said.status()).as(said.words()).isZero();
    return said;
  }

  private static Said say(Path home, List<String> arguments, List<String> jvmOptions)
      throws IOException, InterruptedException {
    Path output = home.resolve(arguments.getFirst() + ".said");
    Process command = Program.start(home, output, arguments, jvmOptions, Map.of());
    assertThat(command.waitFor(60, TimeUnit.SECONDS)).as("%s ends", arguments).isTrue();
    return new Said(command.exitValue(), Files.readString(output));
  }
}
