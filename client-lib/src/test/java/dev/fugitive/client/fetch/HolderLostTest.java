package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.transport.PathConditions;
import java.io.IOException;
import java.time.Duration;
import mockwebserver3.MockWebServer;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The peer that sends a body is lost in the middle of it. */
class HolderLostTest {
  private static final int LENGTH = 24 * 1024 * 1024;

  /** A generous bound for what is meant to be 2.5 s. */
  private static final Duration LONGEST_STALL = Duration.ofSeconds(5);

  private final MockWebServer server = new MockWebServer();
  private final RangeOrigin origin = new RangeOrigin(TestNodes.body(LENGTH));
  private TestNodes nodes;
  private FugitiveNode alice;
  private FugitiveNode bob;

  /** How a peer is lost. */
  enum Loss {
    CRASHES,
    STALLS,
    LEAVES
  }

  @BeforeEach
  void start() throws IOException {
    server.setDispatcher(origin);
    server.start();
    nodes = new TestNodes(server.getHostName() + ":" + server.getPort());
    // so that she has much left to send when two megabytes have been read
    alice = nodes.start(Identity.generate(), settings -> settings.withUploadLimit(LENGTH / 2));
    bob = nodes.start(alice.peerId());
    read(alice, body -> {});
    nodes.awaitHolding(bob, alice, server.url("/a"));
  }

  @AfterEach
  void close() throws IOException {
    nodes.close();
    server.close();
  }

  @ParameterizedTest
  @EnumSource(Loss.class)
  void theOriginGivesTheRest(Loss loss) throws IOException {
    int asked = server.getRequestCount();

    Reading reading = read(bob, body -> lose(loss));

    assertThat(reading.body()).isEqualTo(origin.body());
    assertThat(reading.longestGap()).isLessThan(LONGEST_STALL);
    assertThat(server.getRequestCount()).isGreaterThan(asked);
    assertThat(origin.lastRange())
        .hasValueSatisfying(range -> assertThat(range).doesNotStartWith("bytes=0-"));
    assertThat(bob.status().fetches().bytes(Provenance.TIER1)).isGreaterThan(1 << 20);
  }

  @ParameterizedTest
  @EnumSource(Loss.class)
  void anotherHolderGivesTheRest(Loss loss) throws IOException {
    FugitiveNode carol = nodes.start(alice.peerId());
    nodes.awaitHolding(carol, alice, server.url("/a"));
    read(carol, body -> {});
    nodes.awaitHolding(bob, carol, server.url("/a"));

    Reading reading =
        read(
            bob,
            body -> {
              origin.refuse();
              lose(loss);
            });

    assertThat(reading.body()).isEqualTo(origin.body());
    assertThat(reading.longestGap()).isLessThan(LONGEST_STALL);
  }

  @Test
  void anOriginThatIgnoresRangesGivesTheRestToo() throws IOException {
    origin.ignoreRanges();

    Reading reading = read(bob, body -> lose(Loss.LEAVES));

    assertThat(reading.body()).isEqualTo(origin.body());
    assertThat(reading.longestGap()).isLessThan(LONGEST_STALL);
  }

  @Test
  void anotherVersionIsNeverMixedIn() {
    assertThatThrownBy(() ->
            read(
                bob,
                body -> {
                  origin.change(TestNodes.body(LENGTH + 1).substring(1), "\"2\"");
                  lose(Loss.LEAVES);
                }))
        .isInstanceOf(IOException.class);
  }

  @Test
  void anotherVersionThatPretendsToBeTheSameFailsToo() {
    assertThatThrownBy(() ->
            read(
                bob,
                body -> {
                  origin.change(TestNodes.body(LENGTH + 1).substring(1), "\"1\"");
                  lose(Loss.LEAVES);
                }))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not what its origin sends");
  }

  @Test
  void aPartOfTheBodyIsResumedToo() throws IOException {
    Request request =
        new Request.Builder()
            .url(server.url("/a"))
            .header("Range", "bytes=1000000-22999999")
            .build();

    Reading reading = read(bob, request, body -> lose(Loss.LEAVES));

    assertThat(reading.body()).isEqualTo(origin.body().substring(1_000_000, 23_000_000));
  }

  @Test
  void aPartOfAOneChunkBodyComesFromTheOriginWhereThePeerIsGone() throws IOException {
    origin.change(TestNodes.body(9_000), "\"3\"");
    read(alice, new Request.Builder().url(server.url("/small")).build(), body -> {});
    nodes.awaitHolding(bob, alice, server.url("/small"));
    nodes.network().path(nodes.host(alice), nodes.host(bob), stalled());
    Request request =
        new Request.Builder().url(server.url("/small")).header("Range", "bytes=10-19").build();

    Reading reading = read(bob, request, body -> {});

    assertThat(reading.body()).isEqualTo(origin.body().substring(10, 20));
  }

  private void lose(Loss loss) throws IOException {
    switch (loss) {
      case CRASHES -> nodes.host(alice).crash();
      case STALLS -> nodes.network().path(nodes.host(alice), nodes.host(bob), stalled());
      case LEAVES -> alice.close();
    }
  }

  private static PathConditions stalled() {
    return new PathConditions(Duration.ofHours(1), 0);
  }

  private interface InTheMiddle {
    void happen(BufferedSource body) throws IOException;
  }

  private record Reading(ByteString body, Duration longestGap) {}

  private Reading read(FugitiveNode node, InTheMiddle middle) throws IOException {
    return read(node, new Request.Builder().url(server.url("/a")).build(), middle);
  }

  /** Reads a body in blocks; something happens after its first two megabytes. */
  private static Reading read(FugitiveNode node, Request request, InTheMiddle middle)
      throws IOException {
    Buffer read = new Buffer();
    long longest = 0;
    boolean happened = false;
    try (Response response = node.asSent().newCall(request).execute()) {
      BufferedSource body = response.body().source();
      long before = System.nanoTime();
      while (body.read(read, 64 * 1024) != -1) {
        longest = Math.max(longest, System.nanoTime() - before);
        if (!happened && read.size() > 2 << 20) {
          happened = true;
          middle.happen(body);
        }
        before = System.nanoTime();
      }
    }
    System.out.printf("longest gap between reads: %d ms%n", longest / 1_000_000);
    return new Reading(read.readByteString(), Duration.ofNanos(longest));
  }
}
