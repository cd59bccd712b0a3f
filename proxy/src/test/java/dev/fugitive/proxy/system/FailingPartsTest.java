package dev.fugitive.proxy.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.store.Provenance;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import okio.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parts that die while others depend on them: nobody else suffers. */
class FailingPartsTest {
  private static final int LARGE = 64 * 1024 * 1024;
  private static final Duration LONGEST_STALL = Duration.ofMillis(2500);

  @TempDir Path directory;

  @Test
  void whenTheHolderIsKilledTheOriginGivesTheRest() throws Exception {
    try (NginxOrigin origin = NginxOrigin.start(directory.resolve("origin"));
        RendezvousProcess rendezvous = RendezvousProcess.start(directory.resolve("rendezvous"))) {
      origin.publish("large.bin", Bodies.random(LARGE));
      Nodes nodes = new Nodes(directory, origin.authority());
      try (NodeProcess alice = nodes.start("alice", rendezvous.url(), List.of())) {
        Fetched.get(alice, origin.url("large.bin"));
        // who comes later is told at once of all that is held
        try (NodeProcess bob = nodes.start("bob", rendezvous.url(), alice)) {
          bob.awaitPeers(1);

          Fetched fetched = getAndKill(bob, origin.url("large.bin"), alice);

          assertThat(fetched.sha256()).isEqualTo(ByteString.of(Bodies.random(LARGE)).sha256());
          assertThat(fetched.longestGap()).isLessThan(LONGEST_STALL);
          assertThat(origin.log()).anyMatch(line -> line.contains("/large.bin 206 "));
          assertThat(origin.bodyBytesSent("large.bin")).isBetween(LARGE + 1L, 2L * LARGE - 1);
        }
      }
    }
  }

  @Test
  void whenTheHolderIsKilledAnotherGivesTheRest() throws Exception {
    try (NginxOrigin origin = NginxOrigin.start(directory.resolve("origin"));
        RendezvousProcess rendezvous = RendezvousProcess.start(directory.resolve("rendezvous"))) {
      origin.publish("large.bin", Bodies.random(LARGE));
      Nodes nodes = new Nodes(directory, origin.authority());
      try (NodeProcess alice = nodes.start("alice", rendezvous.url(), List.of());
          NodeProcess bob = nodes.start("bob", rendezvous.url(), alice)) {
        Fetched.get(alice, origin.url("large.bin"));
        Fetched.get(bob, origin.url("large.bin"));
        origin.stop();
        try (NodeProcess carol = nodes.start("carol", rendezvous.url(), alice)) {
          carol.awaitPeers(2);

          Fetched fetched = getAndKill(carol, origin.url("large.bin"), alice);

          assertThat(fetched.sha256()).isEqualTo(ByteString.of(Bodies.random(LARGE)).sha256());
          assertThat(fetched.longestGap()).isLessThan(LONGEST_STALL);
        }
      }
    }
  }

  @Test
  void peersStayConnectedWithoutTheRendezvousAndMeetAgainWhenItIsBack() throws Exception {
    try (NginxOrigin origin = NginxOrigin.start(directory.resolve("origin"));
        RendezvousProcess rendezvous = RendezvousProcess.start(directory.resolve("rendezvous"))) {
      origin.publish("one.bin", Bodies.random(1_000_000));
      origin.publish("two.bin", Bodies.random(2_000_000));
      Nodes nodes = new Nodes(directory, origin.authority());
      try (NodeProcess alice = nodes.start("alice", rendezvous.url(), List.of());
          NodeProcess bob = nodes.start("bob", rendezvous.url(), alice)) {
        bob.awaitPeers(1);
        rendezvous.kill();
        awaitGiving(alice, bob, origin.url("one.bin"));

        rendezvous.restart();
        try (NodeProcess carol = nodes.start("carol", rendezvous.url(), alice)) {
          carol.awaitPeers(2);
          awaitGiving(alice, carol, origin.url("two.bin"));
        }
      }
    }
  }

  /**
   * Waits until one node gets from the other what that one has just fetched. News of holdings take
   * a moment, so the reader stays some resources behind.
   */
  private static void awaitGiving(NodeProcess holder, NodeProcess reader, String url) {
    AtomicInteger round = new AtomicInteger();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(200))
        .until(() -> {
          int newest = round.incrementAndGet();
          Fetched.get(holder, url + "?" + newest);
          return newest > 4
              && Fetched.get(reader, url + "?" + (newest - 4)).source().from(Provenance.TIER1) > 0;
        });
  }

  private static Fetched getAndKill(NodeProcess reader, String url, NodeProcess victim)
      throws Exception {
    AtomicBoolean killed = new AtomicBoolean();
    Fetched fetched =
        Fetched.get(
            reader,
            url,
            "identity",
            bytes -> {
              if (bytes > LARGE / 8 && killed.compareAndSet(false, true)) {
                victim.kill();
              }
            });
    assertThat(killed).isTrue();
    return fetched;
  }
}
