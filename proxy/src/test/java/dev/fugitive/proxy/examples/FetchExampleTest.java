package dev.fugitive.proxy.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.client.fetch.NodeSettings;
import dev.fugitive.client.fetch.PeerStatus;
import dev.fugitive.proxy.rendezvous.RendezvousLimits;
import dev.fugitive.proxy.rendezvous.RendezvousServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the example as its reader would: from its source, as a program of its own. */
class FetchExampleTest {
  private static final int LENGTH = 3_000_000;

  private final MockWebServer origin = new MockWebServer();

  @TempDir Path directory;

  @AfterEach
  void close() {
    origin.close();
  }

  @Test
  void theExampleFetchesFromAPeerWhenTheOriginIsGone() throws Exception {
    ByteString body = body();
    try (RendezvousServer rendezvous =
        RendezvousServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), RendezvousLimits.DEFAULT)) {
      origin.enqueue(
          new MockResponse.Builder()
              .addHeader("Cache-Control", "max-age=600")
              .body(new Buffer().write(body))
              .build());
      origin.start();
      String trusted = origin.getHostName() + ":" + origin.getPort();
      String url = origin.url("/a").toString();
      try (FugitiveNode holder =
          FugitiveNode.start(
              NodeSettings.inMemory()
                  .withRendezvous(rendezvous.url())
                  .withTrustedOrigins(trusted)
                  .withSharing(true))) {
        assertThat(holder.status().peers()).isInstanceOf(PeerStatus.On.class);
        assertThat(fetch(holder, url)).isEqualTo(body);
        origin.close();

        Path file = directory.resolve("fetched");
        assertThat(
                runExample(
                    rendezvous.url(),
                    holder.peerId().toString(),
                    url,
                    "sha256-" + body.sha256().base64(),
                    file.toString(),
                    trusted))
            .contains("200 memory=0, disk=0, tier1=" + LENGTH + ", tier2=0, origin=0");
        assertThat(ByteString.of(Files.readAllBytes(file))).isEqualTo(body);
      }
    }
  }

  private static ByteString fetch(FugitiveNode node, String url) throws IOException {
    Request request = new Request.Builder().url(url).build();
    try (Response response = node.client().newCall(request).execute()) {
      return response.body().byteString();
    }
  }

  private String runExample(String... arguments) throws Exception {
    Path root = Path.of(Objects.requireNonNull(System.getProperty("fugitive.root")));
    Path source = root.resolve("client-lib/src/test/java/dev/fugitive/examples/FetchExample.java");
    Path output = directory.resolve("output");
    ProcessBuilder program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                source.toString())
            .redirectOutput(output.toFile())
            .redirectError(directory.resolve("errors").toFile());
    program.command().addAll(List.of(arguments));
    Process running = program.start();
    try {
      assertThat(running.waitFor(60, TimeUnit.SECONDS)).as("the example has ended").isTrue();
      assertThat(running.exitValue()).as(Files.readString(directory.resolve("errors"))).isZero();
      return Files.readString(output);
    } finally {
      running.destroyForcibly();
    }
  }

  private static ByteString body() {
    byte[] bytes = new byte[LENGTH];
    new Random(1).nextBytes(bytes);
    return ByteString.of(bytes);
  }
}
