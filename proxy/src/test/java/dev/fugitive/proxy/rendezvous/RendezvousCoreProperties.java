package dev.fugitive.proxy.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.signalling.ClientMessage;
import dev.fugitive.client.signalling.RendezvousMessage;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import okio.ByteString;

/** Whatever clients do: nobody is spoken to after its end, and nothing stays of who has gone. */
final class RendezvousCoreProperties {
  private static final List<Identity> IDENTITIES =
      Stream.generate(Identity::generate).limit(6).toList();
  private static final List<String> HOSTS = List.of("a.example", "b.example", "c.example");
  private static final int STEPS = 200;

  @Property(tries = 50, seed = "42")
  void randomScriptsKeepTheInvariants(@ForAll long seed) {
    Script script = new Script(new Random(seed));
    for (int i = 0; i < STEPS; i++) {
      script.step();
    }
    script.letEverybodyGo();
  }

  /** Clients that come, go and say what they like. */
  private static final class Script {
    private final Random random;
    private final RendezvousCore core;
    private final Set<Long> open = new HashSet<>();
    private final Map<Long, ByteString> challenges = new HashMap<>();
    private long lastClient;
    private long nowNanos;

    Script(Random random) {
      this.random = random;
      this.core = new RendezvousCore(RendezvousLimits.DEFAULT, random);
    }

    void step() {
      nowNanos += random.nextLong(Duration.ofSeconds(2).toNanos());
      switch (random.nextInt(8)) {
        case 0, 1 -> connect();
        case 2 -> on(new RendezvousEvent.Tick());
        case 3 -> disconnect(client());
        case 4 -> on(new RendezvousEvent.Malformed(client(), "garbage"));
        case 5 -> on(new RendezvousEvent.Alive(client()));
        default -> on(new RendezvousEvent.Received(client(), message(client())));
      }
    }

    private void connect() {
      long client = ++lastClient;
      open.add(client);
      on(
          new RendezvousEvent.Connected(
              client, RendezvousScript.address("192.0.2." + random.nextInt(3))));
      on(new RendezvousEvent.Upgraded(client));
      if (random.nextInt(4) > 0) {
        on(new RendezvousEvent.Received(client, join(client)));
      }
    }

    private void disconnect(long client) {
      open.remove(client);
      on(new RendezvousEvent.Disconnected(client));
    }

    private long client() {
      return random.nextLong(lastClient + 2);
    }

    private ClientMessage message(long client) {
      Identity to = anybody();
      return switch (random.nextInt(6)) {
        case 0 -> join(client);
        case 1 -> new ClientMessage.Leave();
        case 2 -> new ClientMessage.Update(RendezvousScript.presence(host(), host()));
        default ->
            new ClientMessage.Relay(to.peerId(), RendezvousScript.signal(anybody(), to.peerId()));
      };
    }

    private ClientMessage join(long client) {
      ByteString challenge = challenges.getOrDefault(client, ByteString.EMPTY);
      return ClientMessage.Join.prove(anybody(), RendezvousScript.presence(host()), challenge);
    }

    private Identity anybody() {
      return IDENTITIES.get(random.nextInt(IDENTITIES.size()));
    }

    private String host() {
      return HOSTS.get(random.nextInt(HOSTS.size()));
    }

    private void on(RendezvousEvent event) {
      for (RendezvousAction action : core.on(event, nowNanos)) {
        switch (action) {
          case RendezvousAction.Send(long client, RendezvousMessage message) -> {
            assertThat(open).contains(client);
            if (message instanceof RendezvousMessage.Welcome(int version, ByteString challenge)) {
              challenges.put(client, challenge);
            }
          }
          case RendezvousAction.Ping(long client) -> assertThat(open).contains(client);
          case RendezvousAction.Close(long client, String reason) ->
              assertThat(open.remove(client)).isTrue();
        }
      }
      core.checkInvariants();
    }

    void letEverybodyGo() {
      for (long client : List.copyOf(open)) {
        disconnect(client);
      }
      RendezvousCounters counters = core.counters();
      assertThat(counters.connections()).isZero();
      assertThat(counters.peers()).isZero();
      assertThat(counters.contexts()).isZero();
    }
  }
}
