package dev.fugitive.client.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.client.mirror.MirrorReport.State;
import dev.fugitive.client.mirror.MirrorSource.Kind;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A commander and a mirror that come and go. */
final class MirrorTest {
  private static final MirrorSource FILE = MirrorSource.of(Kind.CONTENT, "https://a.test/file");

  private final Identity boss = Identity.generate();
  private final Identity keeper = Identity.generate();
  private final List<String> fetched = new CopyOnWriteArrayList<>();
  private volatile boolean isOriginDown;

  /** Whom the commander looks for. */
  private volatile Set<PeerId> sought = Set.of();

  private final List<Mirror> open = new ArrayList<>();
  private final OrderPost bossPost = new OrderPost();
  private final OrderPost keeperPost = new OrderPost();
  private final Wire toKeeper = new Wire(keeper.peerId(), boss.peerId(), keeperPost);
  private final Wire toBoss = new Wire(boss.peerId(), keeper.peerId(), bossPost);

  @TempDir Path directory;

  @AfterEach
  void closeAll() throws IOException {
    for (Mirror each : open) {
      each.close();
    }
  }

  @Test
  void anOrderWaitsForBothSidesAndArrivesOnce() throws IOException {
    Mirror commander = commander();
    commander.add(FILE, Optional.of(keeper.peerId()));
    assertThat(sent(commander).state()).isEmpty();
    assertThat(sought).containsExactly(keeper.peerId());
    end(commander);

    Mirror mirror = mirror(Set.of(boss.peerId()));
    assertThat(mirror.status().sources()).isEmpty();
    Mirror again = commander();
    connect();
    within().until(() -> sent(again).state().equals(Optional.of(State.DONE)));
    assertThat(sent(again).detail()).contains("1 of 1 URLs");
    within().until(() -> sought.isEmpty());
    assertThat(fetched).containsExactly(FILE.url());
    assertThat(mirror.keeps(FILE.url())).isTrue();

    PeerMessage order = toKeeper.said.getFirst();
    for (int i = 0; i < 5; i++) {
      keeperPost.onMessage(toBoss, order);
    }
    assertThat(mirror.status().sources()).hasSize(1);
    assertThat(fetched).hasSize(1);

    end(mirror);
    Mirror restarted = mirror(Set.of(boss.peerId()));
    within().until(() -> restarted.status().sources().size() == 1);
    assertThat(restarted.status().sources().getFirst().source()).isEqualTo(FILE);
  }

  @Test
  void aMirrorIsAskedHowItIsAndToldToStop() throws IOException {
    Mirror mirror = mirror(Set.of(boss.peerId()));
    Mirror commander = commander();
    connect();
    commander.add(FILE, Optional.of(keeper.peerId()));
    within().until(() -> sent(commander).state().equals(Optional.of(State.DONE)));
    commander.ask(keeper.peerId());
    within().until(() -> commander.status().sent().get(1).detail().contains(FILE.url()));
    commander.remove(FILE, Optional.of(keeper.peerId()));
    within().until(() -> commander.status().sent().get(2).state().equals(Optional.of(State.DONE)));
    assertThat(mirror.status().sources()).isEmpty();
    assertThat(mirror.keeps(FILE.url())).isFalse();
  }

  @Test
  void aKeyThatMayNotCommandIsRefusedAndNothingIsKept() throws IOException {
    Mirror mirror = mirror(Set.of());
    Mirror commander = commander();
    connect();
    commander.add(FILE, Optional.of(keeper.peerId()));
    within().until(() -> sent(commander).state().equals(Optional.of(State.REFUSED)));
    assertThat(sent(commander).detail()).contains("may not command");
    assertThat(mirror.status().sources()).isEmpty();
    assertThat(fetched).isEmpty();
  }

  @Test
  void whatPeersSayThatIsNoOrderChangesNothing() throws IOException {
    Mirror mirror = mirror(Set.of(boss.peerId()));
    connect();
    MirrorOrder foreign =
        MirrorOrder.sign(
            boss,
            keeper.peerId(),
            MirrorOrder.Verb.ADD,
            Optional.of(FILE),
            InstantSource.system().instant());
    Wire stranger = new Wire(Identity.generate().peerId(), keeper.peerId(), bossPost);
    keeperPost.onMessage(stranger, new PeerMessage.Order(MirrorCodec.encode(foreign)));
    keeperPost.onMessage(
        toBoss, new PeerMessage.Order(MirrorCodec.encode(foreign).substring(0, 100)));
    for (int i = 0; i < 5000; i++) {
      keeperPost.onMessage(stranger, new PeerMessage.Report(MirrorCodec.encode(foreign)));
    }
    assertThat(mirror.status().sources()).isEmpty();
  }

  @Test
  void whatAListNamedIsKeptAfterARestartAlthoughItsTextCannotBeHad() throws IOException {
    MirrorSource list = MirrorSource.of(Kind.LIST, "https://a.test/list");
    Mirror mirror = mirror(Set.of());
    mirror.add(list, Optional.empty());
    within().until(() -> mirror.status().sources().getFirst().isComplete());
    end(mirror);
    isOriginDown = true;
    Mirror restarted = mirror(Set.of());
    assertThat(restarted.keeps(list.url())).isTrue();
    assertThat(restarted.keeps(FILE.url())).isTrue();
    restarted.remove(list, Optional.empty());
    assertThat(restarted.keeps(FILE.url())).isFalse();
    assertThat(directory.resolve("keeper/lists")).isEmptyDirectory();
  }

  @Test
  void twoMirrorsDoNotShareALog() throws IOException {
    mirror(Set.of());
    assertThatThrownBy(() -> mirror(Set.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is used already");
  }

  @Test
  void aMirrorThatCouldNotStartLeavesItsLogsToTheNext() throws IOException {
    Mirror.Ground broken =
        new Mirror.Ground(
            keeper,
            Set.of(boss.peerId()),
            this::fetch,
            new NoPins(),
            keeperPost,
            peers -> {
              throw new IllegalStateException("closed");
            },
            InstantSource.system(),
            new Random(1));
    assertThatThrownBy(() -> Mirror.start(directory.resolve("keeper"), broken))
        .isInstanceOf(IllegalStateException.class);
    assertThat(mirror(Set.of()).status().sources()).isEmpty();
  }

  /** The process dies when the order is in its log, and before anything came of it. */
  @Test
  void whatIsInTheLogIsObeyedAlthoughTheProcessWasKilledBeforeItCould() throws Exception {
    MirrorOrder order =
        MirrorOrder.sign(
            boss,
            keeper.peerId(),
            MirrorOrder.Verb.ADD,
            Optional.of(FILE),
            InstantSource.system().instant());
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                TakesOneOrder.class.getName(),
                directory.resolve("keeper/mirror.log").toString(),
                keeper.peerId().toString(),
                boss.peerId().toString(),
                MirrorCodec.encode(order).hex())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var out = process.inputReader()) {
      assertThat(out.readLine()).isEqualTo("Obeyed[]");
    } finally {
      process.destroyForcibly();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
    Mirror mirror = mirror(Set.of(boss.peerId()));
    within().until(() -> fetched.contains(FILE.url()));
    connect();
    keeperPost.onMessage(toBoss, new PeerMessage.Order(MirrorCodec.encode(order)));
    within().until(() -> !toBoss.said.isEmpty());
    assertThat(mirror.status().sources()).hasSize(1);
    assertThat(fetched).hasSize(1);
  }

  private static ConditionFactory within() {
    return Awaitility.await().atMost(Duration.ofSeconds(20));
  }

  private static MirrorStatus.Sent sent(Mirror commander) throws IOException {
    return commander.status().sent().getFirst();
  }

  private void connect() {
    keeperPost.onOpened(toBoss);
    bossPost.onOpened(toKeeper);
  }

  private Mirror commander() throws IOException {
    return start("boss", boss, Set.of(), bossPost);
  }

  private Mirror mirror(Set<PeerId> commanders) throws IOException {
    return start("keeper", keeper, commanders, keeperPost);
  }

  private Mirror start(String name, Identity identity, Set<PeerId> commanders, OrderPost post)
      throws IOException {
    Mirror mirror =
        Mirror.start(
            directory.resolve(name),
            new Mirror.Ground(
                identity,
                commanders,
                this::fetch,
                new NoPins(),
                post,
                identity == boss ? peers -> sought = peers : peers -> {},
                InstantSource.system(),
                new Random(1)));
    open.add(mirror);
    return mirror;
  }

  private MirrorFetcher.Result fetch(String url, Optional<Kind> listing) throws IOException {
    if (isOriginDown) {
      throw new IOException("refused");
    }
    fetched.add(url);
    Optional<List<String>> listed = listing.map(kind -> List.of(FILE.url()));
    return new MirrorFetcher.Result(7, Duration.ofDays(1), listed);
  }

  /** Nothing is kept beyond what the cache's own order keeps. */
  private record NoPins() implements Pins {
    @Override
    public void begin(Set<String> urls) {}

    @Override
    public void pin(String url) {}

    @Override
    public void release(String url) {}
  }

  private void end(Mirror mirror) throws IOException {
    mirror.close();
    open.remove(mirror);
  }

  /** A session by which one side speaks to the other. */
  private static final class Wire extends OpenSession {
    private final PeerId from;
    private final OrderPost receiver;
    private final List<PeerMessage> said = new CopyOnWriteArrayList<>();

    Wire(PeerId to, PeerId from, OrderPost receiver) {
      super(to);
      this.from = from;
      this.receiver = receiver;
    }

    @Override
    public void send(PeerMessage message) {
      said.add(message);
      receiver.onMessage(new Wire(from, peer(), receiver), message);
    }
  }
}
