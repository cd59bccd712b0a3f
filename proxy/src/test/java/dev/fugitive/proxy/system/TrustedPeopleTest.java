package dev.fugitive.proxy.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.trust.Why;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose user believes two friends, who do not always say the same. */
class TrustedPeopleTest {
  private static final int LENGTH = 200_000;

  @TempDir Path directory;

  @Test
  void aFriendIsBelievedTwoThatContradictEachOtherAreNotAndWhoIsRemovedIsForgotten()
      throws Exception {
    try (NginxOrigin origin = NginxOrigin.start(directory.resolve("origin"))) {
      Nodes nodes = new Nodes(directory, origin.authority());
      origin.publish("hers.bin", Bodies.random(LENGTH));
      origin.publish("divided.bin", Bodies.random(LENGTH));
      try (NodeProcess alice = nodes.start("alice")) {
        Fetched.get(alice, origin.url("hers.bin"));
        Fetched.get(alice, origin.url("divided.bin"));
        origin.publish("divided.bin", Bodies.random(LENGTH + 1));
        try (NodeProcess carol = nodes.start("carol", alice.rendezvous(), List.of())) {
          Fetched.get(carol, origin.url("divided.bin"));
          believes(directory.resolve("bob"), alice, "Alice");
          believes(directory.resolve("bob"), carol, "Carol");
          try (NodeProcess bob = nodes.start("bob", alice.rendezvous(), List.of())) {
            bob.awaitPeers(2);

            comesFromAlice(bob, origin.url("hers.bin"));
            comesFromTheOrigin(bob, origin.url("divided.bin"));
            Program.said(bob.directory(), "trust", "remove", "Alice");
            isForgotten(bob, origin.url("hers.bin"));
          }
        }
      }
    }
  }

  private static void believes(Path home, NodeProcess friend, String name) throws Exception {
    Program.said(home, "trust", "add", NodeProcess.key(friend.directory()), "--name", name);
  }

  /** Who has no answer of a busy peer in time asks the origin: so it is asked again. */
  private static void comesFromAlice(NodeProcess bob, String url) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          bob.tell("cache/purge", "{\"url\": \"" + url + "\"}");
          assertThat(Fetched.get(bob, url).source().from(Provenance.TIER1)).isEqualTo(LENGTH);
        });
  }

  private static void comesFromTheOrigin(NodeProcess bob, String url) throws Exception {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          bob.tell("cache/purge", "{\"url\": \"" + url + "\"}");
          Fetched fetched = Fetched.get(bob, url);
          assertThat(fetched.source().why()).contains(Why.CONTRADICTION);
          assertThat(fetched.source().from(Provenance.ORIGIN)).isEqualTo(LENGTH + 1);
        });
    assertThat(bob.said("status"))
        .containsPattern("trusted +Alice, vouchers followed: [1-9]")
        .containsPattern("contradiction +[^ ]+ http:[^ ]+ by (Alice, Carol|Carol, Alice)")
        .containsPattern("had evidence +[0-9.]+ KiB of [0-9.]+ KiB that came from outside")
        .containsPattern("by voucher +[0-9.]+ KiB")
        .containsPattern("not: contradiction +[0-9.]+ KiB");
  }

  private static void isForgotten(NodeProcess bob, String url) throws Exception {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> Fetched.get(bob, url).source().from(Provenance.ORIGIN) == LENGTH);
  }
}
