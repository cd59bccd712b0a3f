package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole transfers on a virtual clock. */
class SwarmSimulationTest {
  private static final double MEGABYTE = 1e6;
  private static final int CHUNKS_OF_64_MIB = 4096;

  @Test
  void onePeerGivesItsWholeRate() {
    SwarmSimulation swarm = offload(CHUNKS_OF_64_MIB);
    swarm.peer(1, 12.5 * MEGABYTE, 40);
    swarm.run();
    assertThat(swarm.isFinished()).isTrue();
    assertThat(swarm.seconds()).isLessThan(1.1 * 64 * 1.0486 / 12.5);
    assertThat(swarm.originBytes()).isZero();
  }

  @Test
  void threePeersGiveTheSumOfTheirRates() {
    SwarmSimulation swarm = offload(CHUNKS_OF_64_MIB);
    for (int name = 1; name <= 3; name++) {
      swarm.peer(name, 4 * MEGABYTE, 30);
    }
    swarm.run();
    assertThat(swarm.seconds()).isLessThan(1.15 * 64 * 1.0486 / 12);
    assertThat(swarm.originBytes()).isZero();
    assertThat(swarm.wastedBytes()).isLessThanOrEqualTo(swarm.wasteLimitBytes());
  }

  @Test
  void aSlowPeerAmongFastOnesNeverHoldsUpTheReader() {
    SwarmSimulation swarm = offload(CHUNKS_OF_64_MIB);
    swarm.peer(1, 10 * MEGABYTE, 20);
    swarm.peer(2, 10 * MEGABYTE, 20);
    swarm.peer(3, 0.05 * MEGABYTE, 200);
    swarm.run();
    assertThat(swarm.isFinished()).isTrue();
    assertThat(swarm.seconds()).isLessThan(1.3 * 64 * 1.0486 / 20);
    assertThat(swarm.longestStallMillis()).isLessThan(700);
    assertThat(swarm.wastedBytes()).isLessThanOrEqualTo(swarm.wasteLimitBytes());
  }

  @ParameterizedTest
  @CsvSource({"100", "500", "900", "1300", "2900"})
  void aPeerThatFallsSilentNeverStallsTheReaderForLong(long silentAtMillis) {
    SwarmSimulation swarm = offload(CHUNKS_OF_64_MIB);
    swarm.peer(1, 10 * MEGABYTE, 20).isSilent(silentAtMillis, Long.MAX_VALUE / 1_000_000);
    swarm.peer(2, 5 * MEGABYTE, 60);
    swarm.run();
    assertThat(swarm.isFinished()).isTrue();
    assertThat(swarm.longestStallMillis()).isLessThan(2500);
    assertThat(swarm.originBytes()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"OFFLOAD, 10", "OFFLOAD, 500", "OFFLOAD, 3000", "LATENCY, 10", "LATENCY, 1500"})
  void theOnlyPeerFallingSilentIsReplacedByTheOrigin(FetchPolicy policy, long silentAtMillis) {
    SwarmSimulation swarm =
        new SwarmSimulation(CHUNKS_OF_64_MIB, policy, true).origin(5 * MEGABYTE, 80, 0);
    swarm.peer(1, 10 * MEGABYTE, 20).isSilent(silentAtMillis, Long.MAX_VALUE / 1_000_000);
    swarm.run();
    assertThat(swarm.isFinished()).isTrue();
    assertThat(swarm.longestStallMillis()).isLessThan(2500);
    assertThat(swarm.originBytes()).isPositive();
  }

  @Test
  void whenAllPeersVanishTheOriginGoesOn() {
    SwarmSimulation swarm = offload(CHUNKS_OF_64_MIB).origin(8 * MEGABYTE, 50, 0);
    swarm.peer(1, 5 * MEGABYTE, 20).vanishesAt(2000);
    swarm.peer(2, 5 * MEGABYTE, 20).vanishesAt(2500);
    swarm.run();
    assertThat(swarm.isFinished()).isTrue();
    assertThat(swarm.longestStallMillis()).isLessThan(500);
  }

  @Test
  void whenAllPeersVanishAndThereIsNoOriginItFails() {
    SwarmSimulation swarm = new SwarmSimulation(CHUNKS_OF_64_MIB, FetchPolicy.OFFLOAD, false);
    swarm.peer(1, 5 * MEGABYTE, 20).vanishesAt(2000);
    swarm.peer(2, 5 * MEGABYTE, 20).vanishesAt(2500);
    swarm.run();
    assertThat(swarm.end()).isInstanceOf(SwarmAction.Failed.class);
  }

  @Test
  void aBusyStormEnds() {
    SwarmSimulation swarm = offload(1000).origin(1 * MEGABYTE, 50, 0);
    for (int name = 1; name <= 8; name++) {
      swarm.peer(name, 2 * MEGABYTE, 20).isBusy(name);
    }
    swarm.run();
    assertThat(swarm.isFinished()).isTrue();
    assertThat(swarm.originBytes()).isLessThan(1000 * 16384 / 3);
  }

  @Test
  void liarsCostTimeAndNothingElse() {
    SwarmSimulation swarm = offload(1000).origin(5 * MEGABYTE, 50, 0);
    for (int name = 1; name <= 7; name++) {
      swarm.peer(name, 5 * MEGABYTE, 20).lies();
    }
    swarm.peer(8, 5 * MEGABYTE, 20);
    swarm.run();
    assertThat(swarm.isFinished()).isTrue();
    assertThat(swarm.bans()).isNotEmpty();
  }

  @Test
  void whatNoPeerHoldsComesFromTheOriginAndOnlyThat() {
    SwarmSimulation swarm = offload(2000).origin(5 * MEGABYTE, 50, 0);
    swarm.peer(1, 5 * MEGABYTE, 20).holds(0, 800);
    swarm.peer(2, 5 * MEGABYTE, 20).holds(1200, 2000);
    swarm.run();
    assertThat(swarm.isFinished()).isTrue();
    assertThat(swarm.originBytes()).isBetween(400 * 16384L, 600 * 16384L);
  }

  @Test
  void aPeerThatAppearsTakesOverFromTheOrigin() {
    SwarmSimulation swarm = offload(CHUNKS_OF_64_MIB).origin(5 * MEGABYTE, 50, 0);
    swarm.peer(1, 10 * MEGABYTE, 20).joinsAt(2000);
    swarm.run();
    assertThat(swarm.isFinished()).isTrue();
    assertThat(swarm.originBytes()).isLessThan(CHUNKS_OF_64_MIB * 16384L * 2 / 3);
    assertThat(swarm.seconds()).isLessThan(12);
  }

  @ParameterizedTest(name = "peers of {0} MB/s beside an origin of {1} MB/s")
  @CsvSource({
    "0.02, 10",
    "0.1, 10",
    "1, 10",
    "5, 10",
    "10, 10",
    "50, 10",
    "0.1, 1",
    "10, 1",
    "100, 1"
  })
  void forLatencyItIsNeverSlowerThanTheOriginAlone(double peerRate, double originRate) {
    SwarmSimulation swarm =
        new SwarmSimulation(1000, FetchPolicy.LATENCY, true).origin(originRate * MEGABYTE, 50, 0);
    swarm.peer(1, peerRate * MEGABYTE, 30);
    swarm.peer(2, peerRate * MEGABYTE, 90);
    swarm.run();
    double direct = 0.05 + 1000 * 16384 / (originRate * MEGABYTE);
    assertThat(swarm.isFinished()).isTrue();
    assertThat(swarm.seconds()).isLessThan(direct * 1.1);
    assertThat(swarm.originOpens()).isLessThan(12);
  }

  @Test
  void anOriginThatBreaksOftenIsResumedUntilTheEnd() {
    SwarmSimulation swarm = offload(500).origin(10 * MEGABYTE, 20, 60);
    swarm.run();
    assertThat(swarm.isFinished()).isTrue();
    assertThat(swarm.originBytes()).isEqualTo(500 * 16384);
  }

  @Property(tries = 300, seed = "20261121")
  void everySwarmWithAnOriginEndsWithEverythingAndNoLongStall(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    FetchPolicy policy = random.nextBoolean() ? FetchPolicy.OFFLOAD : FetchPolicy.LATENCY;
    SwarmSimulation swarm =
        new SwarmSimulation(1 + random.nextInt(1500), policy, true)
            .origin(MEGABYTE * (1 + random.nextInt(10)), 10 + random.nextInt(100), 0);
    addRandomPeers(swarm, random);
    swarm.run();
    assertThat(swarm.isFinished()).isTrue();
    assertThat(swarm.longestStallMillis()).isLessThan(2500);
  }

  @Property(tries = 300, seed = "20261122")
  void everySwarmWithoutAnOriginEnds(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    SwarmSimulation swarm =
        new SwarmSimulation(1 + random.nextInt(1500), FetchPolicy.OFFLOAD, false);
    addRandomPeers(swarm, random);
    swarm.run();
    assertThat(swarm.end()).isNotNull();
  }

  private static void addRandomPeers(SwarmSimulation swarm, SplittableRandom random) {
    int count = 1 + random.nextInt(10);
    for (int name = 1; name <= count; name++) {
      double rate = MEGABYTE * Math.pow(10, random.nextDouble(-1.5, 1.5));
      SwarmSimulation.SimulatedPeer peer = swarm.peer(name, rate, 1 + random.nextInt(150));
      peer.joinsAt(random.nextInt(3) == 0 ? random.nextInt(3000) : 0);
      switch (random.nextInt(7)) {
        case 0 -> peer.vanishesAt(1 + random.nextInt(4000));
        case 1 -> peer.isSilent(random.nextInt(4000), Long.MAX_VALUE / 1_000_000);
        case 2 -> peer.isSilent(random.nextInt(3000), 3000 + random.nextInt(3000));
        case 3 -> peer.isBusy(random.nextInt(25));
        case 4 -> peer.lies();
        default -> {}
      }
    }
  }

  private static SwarmSimulation offload(int chunks) {
    return new SwarmSimulation(chunks, FetchPolicy.OFFLOAD, true).origin(MEGABYTE, 50, 0);
  }
}
