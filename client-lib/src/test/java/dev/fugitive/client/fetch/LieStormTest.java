package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.client.mesh.PeerHandler;
import dev.fugitive.client.mirror.OrderPost;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.routing.HoldingItem;
import dev.fugitive.client.wire.PeerMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Request;
import okhttp3.Response;
import okio.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Many liars at once, again and again: the whole fetch path of one node, with sessions that are
 * opened without a link.
 */
class LieStormTest {
  private static final long LIES = 100_000;
  private static final int READERS = 4;
  private static final int LIARS_AT_ONCE = 32;
  private static final int FILTER_BYTES = 64;
  private static final int FILTER_HASHES = 7;
  private static final List<Lie> TOLD =
      Arrays.stream(Lie.values()).filter(lie -> lie.of != Lie.Of.SILENCE).toList();
  private static final List<Lie> ABOUT_VOUCHERS =
      TOLD.stream().filter(lie -> lie.of == Lie.Of.VOUCHER).toList();
  private static final List<Lie> ABOUT_FRAMES =
      TOLD.stream().filter(lie -> lie.of == Lie.Of.FRAME).toList();
  private static final List<Lie> ABOUT_BYTES =
      TOLD.stream().filter(lie -> lie.of == Lie.Of.CHUNKS || lie.of == Lie.Of.HAVE).toList();

  private final MockWebServer origin = new MockWebServer();
  private final Liar.Keys keys = new Liar.Keys(Identity.generate(), Identity.generate());
  private final Map<Lie, LongAdder> told = new ConcurrentSkipListMap<>();
  private final Map<PeerId, Lie> lieOf = new ConcurrentHashMap<>();
  private TestNodes nodes;
  private FugitiveNode reader;
  private PeerHandler victim;

  @BeforeEach
  void start() throws IOException {
    origin.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return HeadAware.answer(
                request,
                new MockResponse.Builder()
                    .addHeader("Cache-Control", "max-age=86400")
                    .headersDelay(5, TimeUnit.MILLISECONDS),
                content(request.getUrl().encodedPath()).body());
          }
        });
    origin.start();
    nodes = new TestNodes(origin.getHostName() + ":" + origin.getPort());
    reader = nodes.start(keys.trusted().peerId());
    nodes.start();
    PeerNetwork peers = reader.peerNetwork();
    victim =
        new PeerProtocol(
            peers.routing(),
            peers.downloads(),
            peers.uploads(),
            new OrderPost(),
            CompletableFuture.completedFuture(null));
    Awaitility.await().until(() -> !peers.mesh().sessions().isEmpty());
  }

  @AfterEach
  void close() throws IOException {
    nodes.close();
    origin.close();
  }

  @Test
  void notOneWrongByteInAHundredThousandLies() throws Exception {
    long startNanos = System.nanoTime();
    AtomicLong lies = new AtomicLong();
    AtomicInteger rounds = new AtomicInteger();
    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        all.add(
            readers.submit(() -> {
              while (lies.get() < LIES) {
                lies.addAndGet(round(rounds.incrementAndGet()));
              }
              return null;
            }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
    System.out.printf(
        "%,d lies in %,d requests, %.1f s: %s%n",
        lies.get(), rounds.get(), (System.nanoTime() - startNanos) / 1e9, told);
    assertThat(told.keySet()).containsAll(TOLD);
    assertNothingIsLeft();
  }

  /** One request among liars; returns how many lies were told. */
  private long round(int number) throws IOException {
    TestContent content = content("/" + number);
    List<LyingSession> liars = gather(content, new SplittableRandom(number));
    try {
      assertThat(get(content.url())).isEqualTo(content.body());
    } finally {
      liars.forEach(LyingSession::close);
    }
    long lies = 0;
    for (LyingSession each : liars) {
      Liar liar = each.liar();
      lies += liar.lies();
      told.computeIfAbsent(liar.lie(), lie -> new LongAdder()).add(liar.lies());
    }
    return lies;
  }

  /**
   * Three who lie about vouchers are asked first, then one who shows a true one; it and the others
   * lie about bytes, in three rounds of four about frames.
   */
  private List<LyingSession> gather(TestContent content, SplittableRandom random) {
    List<PeerMessage> claims = claims(content);
    List<Lie> others = random.nextInt(4) > 0 ? ABOUT_FRAMES : ABOUT_BYTES;
    List<LyingSession> liars = new ArrayList<>();
    for (int rank = 0; rank < LIARS_AT_ONCE; rank++) {
      List<Lie> kinds = rank < 3 ? ABOUT_VOUCHERS : rank == 3 ? ABOUT_BYTES : others;
      Lie lie = kinds.get(random.nextInt(kinds.size()));
      Liar liar = new Liar(lie, content, keys, random.nextLong());
      LyingSession session = LyingSession.open(liar, victim, random, 1000L + rank, claims);
      lieOf.put(session.peer(), lie);
      liars.add(session);
    }
    return liars;
  }

  /** A filter that has this content, and its resource: bit by bit as docs/wire.md says. */
  private static List<PeerMessage> claims(TestContent content) {
    ByteString salt = ByteString.encodeUtf8("0123456789abcdef");
    BitSet bits = new BitSet(FILTER_BYTES * 8);
    for (HoldingItem item :
        List.of(
            new HoldingItem.OfContent(content.id()),
            new HoldingItem.OfResource(ResourceKey.primary(content.request())))) {
      ByteBuffer halves = item.keyed(salt).asByteBuffer();
      long start = halves.getLong();
      long step = halves.getLong() | 1;
      for (int i = 0; i < FILTER_HASHES; i++) {
        bits.set((int) Long.remainderUnsigned(start + i * step, FILTER_BYTES * 8));
      }
    }
    ByteString part = ByteString.of(Arrays.copyOf(bits.toByteArray(), FILTER_BYTES));
    return List.of(new PeerMessage.Holdings(1, 0, 1, salt, FILTER_HASHES, part));
  }

  private ByteString get(String url) throws IOException {
    Request request = new Request.Builder().url(url).build();
    try (Response response = reader.asSent().newCall(request).execute()) {
      assertThat(response.code()).isEqualTo(200);
      return response.body().byteString();
    }
  }

  private void assertNothingIsLeft() {
    PeerNetwork peers = reader.peerNetwork();
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> peers.downloads().count() == 0);
    assertThat(peers.routing().status().peers()).isEqualTo(1);
    assertThat(peers.uploads().status().active()).isEmpty();
    NodeStatus status = reader.status();
    assertThat(status.contents().memoryBytes())
        .isLessThanOrEqualTo(status.contents().memoryLimitBytes());
    assertThat(peers.mesh().status().bans())
        .hasSizeBetween(1, 4096)
        .allSatisfy(ban ->
            assertThat(ban.reason())
                .containsPattern(Objects.requireNonNull(lieOf.get(ban.id())).reason()));
  }

  private TestContent content(String path) {
    int length = 5 * 16_384 + Math.floorMod(path.hashCode(), 3 * 16_384);
    return TestContent.random(origin.url(path).toString(), length, path.hashCode());
  }
}
