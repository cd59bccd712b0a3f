package dev.fugitive.client.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** The network in memory keeps time as its model says, and the same time every run. */
final class MemoryNetworkTest {
  private static final Duration LONG = Duration.ofHours(1);
  private static final int FRAME_BYTES = 50_000;

  private final VirtualTime time = new VirtualTime();

  private record Pair(Link link, RecordingListener otherHeard, RecordingListener heard) {}

  private Pair connect(MemoryTransport one, MemoryTransport other) {
    RecordingListener heard = new RecordingListener();
    RecordingListener otherHeard = new RecordingListener();
    var introduction = Introduction.between(one, heard, other, otherHeard);
    assertThat(time.runUntil(() -> heard.opens() + otherHeard.opens() == 2, LONG)).isTrue();
    return new Pair(introduction.offering(), otherHeard, heard);
  }

  private static HostRates megabits(long up, long down, long queueBytes) {
    return new HostRates(up * 1_000_000, down * 1_000_000, queueBytes);
  }

  private static void send(Link link, int frames) throws IOException {
    for (int i = 0; i < frames; i++) {
      link.send(ByteBuffer.allocate(FRAME_BYTES).putInt(0, i));
    }
  }

  private double secondsUntil(RecordingListener heard, int frames) {
    long start = time.nanoTime();
    assertThat(time.runUntil(() -> heard.frameCount() == frames, LONG)).isTrue();
    return (time.nanoTime() - start) / 1e9;
  }

  @Test
  void openingTakesTwoRoundTripsAfterTheAnswer() {
    var network = new MemoryNetwork(time, new PathConditions(Duration.ofMillis(20), 0), 1);
    connect(network.join(HostRates.UNLIMITED), network.join(HostRates.UNLIMITED));
    assertThat(time.nanoTime()).isEqualTo(Duration.ofMillis(80).toNanos());
  }

  @Test
  void theUplinkSetsThePace() throws IOException {
    var network = new MemoryNetwork(time, new PathConditions(Duration.ofMillis(30), 0), 1);
    Pair pair =
        connect(
            network.join(megabits(10, 100, Long.MAX_VALUE)),
            network.join(megabits(10, 100, Long.MAX_VALUE)));
    send(pair.link, 50);
    double lastFrameOnTheDownlink = FRAME_BYTES * 8 / 100e6;
    assertThat(secondsUntil(pair.otherHeard, 50))
        .isEqualTo(50 * FRAME_BYTES * 8 / 10e6 + 0.030 + lastFrameOnTheDownlink, within(1e-6));
  }

  @Test
  void theDownlinkSetsThePaceWhereItIsTheSlowerOne() throws IOException {
    var network = new MemoryNetwork(time, PathConditions.NONE, 1);
    Pair pair =
        connect(
            network.join(megabits(100, 100, Long.MAX_VALUE)),
            network.join(megabits(100, 20, Long.MAX_VALUE)));
    send(pair.link, 50);
    double firstFrameOnTheUplink = FRAME_BYTES * 8 / 100e6;
    assertThat(secondsUntil(pair.otherHeard, 50))
        .isEqualTo(50 * FRAME_BYTES * 8 / 20e6 + firstFrameOnTheUplink, within(1e-6));
  }

  @Test
  void linksShareAnUplinkInTurns() throws IOException {
    var network = new MemoryNetwork(time, PathConditions.NONE, 1);
    MemoryTransport hub = network.join(megabits(10, 10, Long.MAX_VALUE));
    Pair first = connect(hub, network.join(HostRates.UNLIMITED));
    Pair second = connect(hub, network.join(HostRates.UNLIMITED));
    send(first.link, 40);
    send(second.link, 40);
    time.runUntil(() -> first.otherHeard.frameCount() == 20, LONG);
    assertThat(second.otherHeard.frameCount()).isBetween(19, 20);
  }

  @Test
  void aFullQueueDropsAndTheFrameComesLaterInItsPlace() throws IOException {
    var network = new MemoryNetwork(time, new PathConditions(Duration.ofMillis(10), 0), 1);
    Pair pair =
        connect(
            network.join(megabits(1_000, 1_000, Long.MAX_VALUE)),
            network.join(megabits(1_000, 10, 3 * FRAME_BYTES)));
    send(pair.link, 30);
    double bound = 30 * FRAME_BYTES * 8 / 10e6;
    assertThat(secondsUntil(pair.otherHeard, 30)).isBetween(bound, 3 * bound);
    assertInOrder(pair.otherHeard.frames());
  }

  @Test
  void aLostFrameCostsARoundTripAndHoldsUpThoseBehindIt() throws IOException {
    var clean = new MemoryNetwork(time, new PathConditions(Duration.ofMillis(50), 0), 1);
    Pair pair = connect(clean.join(HostRates.UNLIMITED), clean.join(HostRates.UNLIMITED));
    send(pair.link, 1);
    assertThat(secondsUntil(pair.otherHeard, 1)).isEqualTo(0.050, within(1e-9));

    var lossy = new MemoryNetwork(time, new PathConditions(Duration.ofMillis(50), 0.5), 3);
    Pair unlucky = connect(lossy.join(HostRates.UNLIMITED), lossy.join(HostRates.UNLIMITED));
    send(unlucky.link, 20);
    double seconds = secondsUntil(unlucky.otherHeard, 20);
    assertThat(Math.IEEEremainder(seconds - 0.050, 0.100)).isCloseTo(0, within(1e-6));
    assertThat(seconds).isGreaterThan(0.050);
    assertInOrder(unlucky.otherHeard.frames());
  }

  @Test
  void pathsCanDifferFromPairToPair() throws IOException {
    var network = new MemoryNetwork(time, PathConditions.NONE, 1);
    MemoryTransport here = network.join(HostRates.UNLIMITED);
    MemoryTransport far = network.join(HostRates.UNLIMITED);
    network.path(here, far, new PathConditions(Duration.ofMillis(150), 0));
    Pair pair = connect(here, far);
    send(pair.link, 1);
    assertThat(secondsUntil(pair.otherHeard, 1)).isEqualTo(0.150, within(1e-9));
  }

  @Test
  void aHostThatCrashesIsNoticedBySilence() throws IOException {
    var network = new MemoryNetwork(time, new PathConditions(Duration.ofMillis(5), 0), 1);
    MemoryTransport doomed = network.join(HostRates.UNLIMITED);
    Pair pair = connect(network.join(HostRates.UNLIMITED), doomed);
    doomed.crash();
    send(pair.link, 3);
    time.advance(Duration.ofSeconds(14));
    assertThat(pair.heard.isClosed()).isFalse();
    time.advance(Duration.ofSeconds(2));
    assertThat(pair.heard.awaitClosed()).isEqualTo("connection failed");
    assertThat(pair.otherHeard.frames()).isEmpty();
    assertThat(pair.otherHeard.isClosed()).isFalse();
  }

  @Test
  void whoRunsTheClockMayNotWaitForIt() {
    var network = new MemoryNetwork(time, PathConditions.NONE, 1);
    Pair pair = connect(network.join(HostRates.UNLIMITED), network.join(HostRates.UNLIMITED));
    assertThatThrownBy(() -> send(pair.link, 1_000))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no waiting");
  }

  @Test
  void oneSeedGivesOneRun() {
    assertThat(run(7)).isEqualTo(run(7));
    assertThat(run(7)).isNotEqualTo(run(8));
  }

  @Property(tries = 60, seed = "20260101")
  void whateverThePathDoesAllFramesArriveOnceAndInOrder(
      @ForAll @DoubleRange(max = 0.4) double loss,
      @ForAll @IntRange(max = 80) int delayMillis,
      @ForAll @LongRange(min = 1, max = 500) long rate,
      @ForAll @IntRange(min = 1, max = 400_000) int queueBytes,
      @ForAll long seed)
      throws IOException {
    var network = new MemoryNetwork(time, new PathConditions(millis(delayMillis), loss), seed);
    Pair pair =
        connect(
            network.join(megabits(50, 50, queueBytes)),
            network.join(megabits(50, rate, queueBytes)));
    send(pair.link, 40);
    assertThat(time.runUntil(() -> pair.otherHeard.frameCount() == 40, LONG)).isTrue();
    time.advance(LONG);
    assertThat(pair.otherHeard.frameCount()).isEqualTo(40);
    assertInOrder(pair.otherHeard.frames());
    assertThat(pair.otherHeard.faults()).isEmpty();
    assertThat(pair.link.queuedBytes()).isZero();
  }

  /** Five hosts that send each other what a seed says, over a lossy network. */
  private static List<String> run(long seed) {
    VirtualTime time = new VirtualTime();
    var network = new MemoryNetwork(time, new PathConditions(millis(13), 0.1), seed);
    List<MemoryTransport> hosts = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      hosts.add(network.join(megabits(10 + i, 40, 200_000)));
    }
    List<String> log = new ArrayList<>();
    Random random = new Random(seed);
    for (int i = 0; i < 10; i++) {
      String name = "link " + i;
      var listener =
          new RecordingListener() {
            @Override
            public void onFrame(ByteBuffer frame) {
              log.add(time.nanoTime() + " " + name + " " + Arrays.hashCode(Frames.copyOf(frame)));
            }
          };
      int from = random.nextInt(5);
      Link link =
          Introduction.between(
                  hosts.get(from), new RecordingListener(), hosts.get((from + 1) % 5), listener)
              .offering();
      long seedOfLink = random.nextLong();
      time.schedule(200_000_000, () -> sendSome(link, seedOfLink));
    }
    time.advance(Duration.ofMinutes(10));
    assertThat(log).hasSize(200);
    return log;
  }

  private static void sendSome(Link link, long seed) {
    Random random = new Random(seed);
    try {
      for (int i = 0; i < 20; i++) {
        byte[] frame = new byte[1 + random.nextInt(60_000)];
        random.nextBytes(frame);
        link.send(ByteBuffer.wrap(frame));
      }
    } catch (IOException e) {
      throw new AssertionError("links of this run stay open", e);
    }
  }

  private static void assertInOrder(List<byte[]> frames) {
    for (int i = 0; i < frames.size(); i++) {
      assertThat(ByteBuffer.wrap(frames.get(i)).getInt()).isEqualTo(i);
    }
  }

  private static Duration millis(int millis) {
    return Duration.ofMillis(millis);
  }
}
