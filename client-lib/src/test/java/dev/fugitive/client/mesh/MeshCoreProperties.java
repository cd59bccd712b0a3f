package dev.fugitive.client.mesh;

import static dev.fugitive.client.mesh.MeshScript.SDP;
import static dev.fugitive.client.mesh.MeshScript.info;
import static dev.fugitive.client.mesh.MeshScript.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.peer.PeerInfo;
import dev.fugitive.client.signalling.ConnectionId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever happens, in whatever order: places stay within the maximum, and none is lost. */
final class MeshCoreProperties {
  private static final MeshSettings SETTINGS = MeshSettings.of(Node.HELLO).withConnections(4, 6);
  private static final int PEERS = 20;
  private static final int STEPS = 400;

  @Property(tries = 300, seed = "42")
  void randomScriptsKeepTheInvariants(@ForAll long seed) {
    Script script = new Script(new Random(seed));
    for (int i = 0; i < STEPS; i++) {
      script.step();
    }
    script.letEverythingEnd();
  }

  /** Drives a core with events that fit what it did, and with others that fit nothing. */
  private static final class Script {
    private final Random random;
    private final MeshCore core;

    /** The links that the core started and has not closed. */
    private final Map<ConnectionId, PeerId> links = new HashMap<>();

    /** Links that the core closed, and of whose end it has not heard. */
    private final Deque<MeshEvent> closing = new ArrayDeque<>();

    private long nowNanos;

    Script(Random random) {
      this.random = random;
      this.core = new MeshCore(peer(50), SETTINGS, random, 0);
      on(new MeshEvent.RendezvousJoined());
    }

    void step() {
      nowNanos += random.nextLong(Duration.ofMillis(700).toNanos());
      if (!closing.isEmpty() && random.nextBoolean()) {
        on(closing.remove());
        return;
      }
      PeerId peer = peer(40 + random.nextInt(PEERS));
      on(
          switch (random.nextInt(13)) {
            case 12 -> new MeshEvent.Introduced(peer, peer(40 + random.nextInt(PEERS)));
            case 0 -> new MeshEvent.PeersHeard(somePeers());
            case 1, 2 -> new MeshEvent.OfferHeard(peer, ConnectionId.random(random), SDP);
            case 3, 4 -> new MeshEvent.AnswerHeard(peerOf(anyLink(), peer), anyLink(), SDP);
            case 5, 6 -> greeted(peer);
            case 7 -> closed(peer);
            case 8 -> new MeshEvent.DeclineHeard(peer, anyLink(), "declined");
            case 9 -> random.nextInt(5) == 0 ? new MeshEvent.Lied(peer, "lied") : measured();
            case 10 ->
                random.nextBoolean()
                    ? new MeshEvent.RendezvousJoined()
                    : new MeshEvent.RendezvousLost();
            default ->
                random.nextBoolean()
                    ? new MeshEvent.PeerGone(peer)
                    : new MeshEvent.Retiring(Set.copyOf(links.keySet()));
          });
    }

    private MeshEvent greeted(PeerId stranger) {
      ConnectionId connection = anyLink();
      return new MeshEvent.Greeted(peerOf(connection, stranger), connection);
    }

    private MeshEvent closed(PeerId stranger) {
      ConnectionId connection = anyLink();
      PeerId peer = peerOf(connection, stranger);
      links.remove(connection);
      return new MeshEvent.LinkClosed(peer, connection, "closed");
    }

    private MeshEvent measured() {
      return new MeshEvent.Measured(
          links.keySet().stream()
              .map(link -> new MeshEvent.Vitals(link, random.nextInt(), random.nextInt(1000)))
              .toList());
    }

    private ConnectionId anyLink() {
      List<ConnectionId> all = new ArrayList<>(links.keySet());
      return all.isEmpty() || random.nextInt(10) == 0
          ? ConnectionId.random(random)
          : all.get(random.nextInt(all.size()));
    }

    private PeerId peerOf(ConnectionId connection, PeerId otherwise) {
      return links.getOrDefault(connection, otherwise);
    }

    private List<PeerInfo> somePeers() {
      return IntStream.range(40, 40 + PEERS)
          .filter(i -> random.nextBoolean())
          .mapToObj(i -> info(i, random.nextInt(4)))
          .toList();
    }

    private void on(MeshEvent event) {
      for (MeshAction action : core.on(event, nowNanos)) {
        switch (action) {
          case MeshAction.Offer(var peer, var connection) ->
              assertThat(links.put(connection, peer)).isNull();
          case MeshAction.OfferThrough(var peer, var connection, var through) ->
              assertThat(links.put(connection, peer)).isNull();
          case MeshAction.Answer(var peer, var connection, var offer) ->
              assertThat(links.put(connection, peer)).isNull();
          case MeshAction.Close(var peer, var connection, var reason) -> {
            if (links.remove(connection) != null) {
              closing.add(new MeshEvent.LinkClosed(peer, connection, reason));
            }
          }
          case MeshAction.Announce(var presence) ->
              assertThat(presence.freeSlots()).isBetween(0, SETTINGS.maxConnections());
          default -> {}
        }
      }
      core.checkInvariants();
      assertThat(core.nextWakeNanos())
          .isLessThanOrEqualTo(nowNanos + SETTINGS.timing().checkInterval().toNanos());
      assertThat(links.values().stream().distinct().count())
          .isLessThanOrEqualTo(SETTINGS.maxConnections());
    }

    /** No attempt outlives its time, and every link that is open belongs to a place. */
    void letEverythingEnd() {
      on(new MeshEvent.RendezvousLost());
      for (int i = 0; i < 200; i++) {
        nowNanos += Duration.ofMillis(500).toNanos();
        on(closing.isEmpty() ? new MeshEvent.Tick() : closing.remove());
      }
      assertThat(closing).isEmpty();
      assertThat(core.places()).allMatch(place -> place.attempt == null);
      assertThat(links.keySet())
          .containsExactlyInAnyOrderElementsOf(
              core.places().stream().map(Script::sessionOf).toList());
    }

    private static ConnectionId sessionOf(Place place) {
      if (place.session == null) {
        throw new AssertionError("an empty place");
      }
      return place.session.connection();
    }
  }
}
