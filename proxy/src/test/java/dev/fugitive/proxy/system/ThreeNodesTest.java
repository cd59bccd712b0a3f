package dev.fugitive.proxy.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.store.Provenance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes as processes of their own, real WebRTC between them, nginx as the origin. */
class ThreeNodesTest {
  private static final int LARGE = 64 * 1024 * 1024;
  private static final List<Integer> SMALL = List.of(0, 1, 16383, 16384, 16385);

  @TempDir Path directory;

  @Test
  void whatOneFetchedTheOthersGetFromItAlsoWhenTheOriginIsGone() throws Exception {
    try (NginxOrigin origin = NginxOrigin.start(directory.resolve("origin"))) {
      origin.publish("large.bin", Bodies.random(LARGE));
      for (int length : SMALL) {
        origin.publish("small" + length + ".bin", Bodies.random(length));
      }
      origin.publish("coded.txt", Bodies.text(300_000));
      Nodes nodes = new Nodes(directory, origin.authority());
      try (NodeProcess alice = nodes.start("alice")) {
        fetchesFromTheOrigin(alice, origin);
        // who comes later is told at once of all that is held
        try (NodeProcess bob = nodes.start("bob", alice)) {
          bob.awaitPeers(1);
          fetchesFromPeers(bob, origin);
          assertThat(origin.bodyBytesSent("large.bin")).isEqualTo(LARGE);

          origin.stop();
          try (NodeProcess carol = nodes.start("carol", alice)) {
            carol.awaitPeers(2);
            fetchesFromPeers(carol, origin);
            fetchesAgainFromItsCache(carol, origin);
          }
        }
      }
    }
  }

  private static void fetchesFromTheOrigin(NodeProcess node, NginxOrigin origin)
      throws IOException {
    Fetched large = Fetched.get(node, origin.url("large.bin"));
    assertThat(large.sha256()).isEqualTo(ByteString.of(Bodies.random(LARGE)).sha256());
    assertThat(large.source().from(Provenance.ORIGIN)).isEqualTo(LARGE);
    for (int length : SMALL) {
      assertThat(Fetched.get(node, origin.url("small" + length + ".bin")).length())
          .isEqualTo(length);
    }
    assertThat(Fetched.get(node, origin.url("gzip/coded.txt"), "gzip").header("Content-Encoding"))
        .isEqualTo("gzip");
  }

  private static void fetchesFromPeers(NodeProcess node, NginxOrigin origin) throws IOException {
    Fetched large = Fetched.get(node, origin.url("large.bin"));
    assertThat(large.sha256()).isEqualTo(ByteString.of(Bodies.random(LARGE)).sha256());
    assertThat(large.source().from(Provenance.TIER1)).isEqualTo(LARGE);
    for (int length : SMALL) {
      Fetched small = Fetched.get(node, origin.url("small" + length + ".bin"));
      assertThat(small.sha256()).isEqualTo(ByteString.of(Bodies.random(length)).sha256());
      assertThat(small.source().from(Provenance.TIER1)).isEqualTo(length);
      assertThat(small.source().from(Provenance.ORIGIN)).isZero();
    }
    Fetched coded = Fetched.get(node, origin.url("gzip/coded.txt"), "gzip");
    assertThat(coded.header("Content-Encoding")).isEqualTo("gzip");
    assertThat(coded.source().from(Provenance.TIER1)).isEqualTo(coded.length());
    assertThat(Bodies.gunzip(coded.body())).isEqualTo(ByteString.of(Bodies.text(300_000)));
  }

  private static void fetchesAgainFromItsCache(NodeProcess node, NginxOrigin origin)
      throws IOException {
    Fetched again = Fetched.get(node, origin.url("large.bin"));
    assertThat(again.sha256()).isEqualTo(ByteString.of(Bodies.random(LARGE)).sha256());
    assertThat(again.source().from(Provenance.TIER1)).isZero();
    assertThat(again.source().from(Provenance.MEMORY) + again.source().from(Provenance.DISK))
        .isEqualTo(LARGE);
  }
}
