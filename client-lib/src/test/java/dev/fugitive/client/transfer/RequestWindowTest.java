package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.transfer.PathModel.Flight;
import dev.fugitive.client.transfer.SimulatedLink.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestWindowTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1000 * MILLI;

  @ParameterizedTest(name = "{0} Mbit/s, {1} ms, queue {2} ms")
  @CsvSource({
    "100, 40, 50",
    "100, 40, 100",
    "100, 40, 150",
    "100, 4, 50",
    "100, 100, 100",
    "50, 20, 60",
    "20, 40, 150",
    "300, 30, 60",
    "1000, 10, 50"
  })
  void theWindowFindsTheRateAndNeverOverflowsTheQueue(
      double megabits, long roundTripMillis, long queueMillis) {
    SimulatedLink link = new SimulatedLink(megabits, roundTripMillis, queueMillis);
    Flow flow = link.flow(PathEstimate.UNKNOWN);
    flow.ask();

    long roundTripNanos = roundTripMillis * MILLI + frameNanos(megabits);
    link.runUntil(7 * roundTripNanos);
    flow.takeDeliveredBytes();
    link.runUntil(link.nowNanos() + 20 * SECOND);

    assertThat(megabits(flow.takeDeliveredBytes(), 20 * SECOND)).isGreaterThan(0.9 * megabits);
    assertThat(link.overflows()).isZero();
    assertThat(link.longestQueueNanos()).isLessThan(queueMillis * MILLI);
  }

  @ParameterizedTest(name = "{0} Mbit/s, {1} ms")
  @CsvSource({"100, 40", "100, 4", "50, 40", "20, 20", "200, 20"})
  void nineTenthsOfTheRateAreReachedWithinSixRoundTrips(double megabits, long roundTripMillis) {
    SimulatedLink link = new SimulatedLink(megabits, roundTripMillis, 100);
    assertNineTenthsAfterSixRoundTrips(link, PathEstimate.UNKNOWN, megabits, roundTripMillis);
  }

  private static void assertNineTenthsAfterSixRoundTrips(
      SimulatedLink link, PathEstimate known, double megabits, long roundTripMillis) {
    Flow flow = link.flow(known);
    flow.ask();
    long roundTripNanos = roundTripMillis * MILLI + frameNanos(megabits);
    link.runUntil(6 * roundTripNanos);
    flow.takeDeliveredBytes();
    link.runUntil(12 * roundTripNanos);
    assertThat(megabits(flow.takeDeliveredBytes(), 6 * roundTripNanos))
        .isGreaterThan(0.9 * megabits);
  }

  @Test
  void aPathThatIsKnownStartsWarm() {
    SimulatedLink link = new SimulatedLink(100, 40, 100);
    Flow flow = link.flow(new PathEstimate(12.5e6, 45 * MILLI));
    flow.ask();
    link.runUntil(45 * MILLI);
    flow.takeDeliveredBytes();
    link.runUntil(545 * MILLI);

    assertThat(megabits(flow.takeDeliveredBytes(), 500 * MILLI)).isGreaterThan(90);
    assertThat(link.overflows()).isZero();
  }

  @ParameterizedTest(name = "{0} bytes a second, {1} strands")
  @CsvSource({"20e6, 4, 393216", "20e6, 8, 600000", "10e6, 8, 300000", "1e6, 8, 114688"})
  void strandsHaveTwoFramesEachButAddNoLongQueue(double rate, int strands, long moreBytes) {
    RequestWindow window = new RequestWindow(new PathEstimate(rate, 40 * MILLI), 0);
    long overOne = window.windowBytes();
    window.strands(strands);
    assertThat(window.windowBytes() - overOne).isEqualTo(moreBytes);
  }

  @Test
  void aQueueMakesTheWindowSmallerForTheRestOfTheRound() {
    RequestWindow window = new RequestWindow(PathEstimate.UNKNOWN, 0);
    Flight prompt = window.asked(65_536, 0);
    Flight queued = window.asked(65_536, 0);
    window.delivered(prompt, 65_536, 40 * MILLI);
    long before = window.windowBytes();
    window.delivered(queued, 65_536, 90 * MILLI);
    assertThat(window.windowBytes()).isLessThan(before);
  }

  @ParameterizedTest(name = "{0} Mbit/s, {1} ms, queue {2} ms")
  @CsvSource({"100, 100, 100", "100, 40, 100", "20, 30, 150"})
  void whatAShortContentTaughtIsUnlearnedWithinSixRoundTrips(
      double megabits, long roundTripMillis, long queueMillis) {
    SimulatedLink link = new SimulatedLink(megabits, roundTripMillis, queueMillis);
    PathEstimate taught = new PathEstimate(megabits / 8 * 1e6 / 10, 3 * roundTripMillis * MILLI);
    assertNineTenthsAfterSixRoundTrips(link, taught, megabits, roundTripMillis);
    assertThat(link.overflows()).isZero();
  }

  @Test
  void twoFlowsShareOneLink() {
    SimulatedLink link = new SimulatedLink(100, 40, 150);
    Flow first = link.flow(PathEstimate.UNKNOWN);
    first.ask();
    link.runUntil(3 * SECOND);
    Flow second = link.flow(PathEstimate.UNKNOWN);
    second.ask();
    link.runUntil(13 * SECOND);
    first.takeDeliveredBytes();
    second.takeDeliveredBytes();
    link.runUntil(43 * SECOND);

    double firstMegabits = megabits(first.takeDeliveredBytes(), 30 * SECOND);
    double secondMegabits = megabits(second.takeDeliveredBytes(), 30 * SECOND);
    assertThat(firstMegabits + secondMegabits).isGreaterThan(90);
    assertThat(Math.min(firstMegabits, secondMegabits)).isGreaterThan(25);
  }

  @Test
  void aPathThatBecomesSlowerIsFollowed() {
    SimulatedLink link = new SimulatedLink(100, 40, 2000);
    Flow flow = link.flow(PathEstimate.UNKNOWN);
    flow.ask();
    link.runUntil(3 * SECOND);
    link.setRate(20);
    link.runUntil(5 * SECOND);
    link.forgetLongestQueue();
    flow.takeDeliveredBytes();
    link.runUntil(15 * SECOND);

    assertThat(megabits(flow.takeDeliveredBytes(), 10 * SECOND)).isGreaterThan(18);
    assertThat(link.longestQueueNanos()).isLessThan(150 * MILLI);
  }

  @Test
  void aPathThatBecomesFasterIsFollowed() {
    SimulatedLink link = new SimulatedLink(20, 40, 150);
    Flow flow = link.flow(PathEstimate.UNKNOWN);
    flow.ask();
    link.runUntil(3 * SECOND);
    link.setRate(100);
    link.runUntil(5 * SECOND);
    flow.takeDeliveredBytes();
    link.runUntil(10 * SECOND);

    assertThat(megabits(flow.takeDeliveredBytes(), 5 * SECOND)).isGreaterThan(90);
    assertThat(link.overflows()).isZero();
  }

  @Test
  void onALoopbackMegabytesAreOutstanding() {
    SimulatedLink link = new SimulatedLink(800, 1, 100);
    Flow flow = link.flow(PathEstimate.UNKNOWN);
    flow.ask();
    link.runUntil(SECOND);

    assertThat(flow.window.windowBytes()).isBetween(1024 * 1024L, 4 * 1024 * 1024L);
  }

  @Test
  void silenceHalvesTheWindowButNeverToNothing() {
    RequestWindow window = new RequestWindow(new PathEstimate(12.5e6, 40 * MILLI), 0);
    long before = window.windowBytes();
    window.asked(SimulatedLink.FRAME_BYTES, 0);
    window.tick(300 * MILLI);
    assertThat(window.windowBytes()).isBetween(before / 2 - 1, before / 2 + 1);

    for (long now = 300 * MILLI; now < 60 * SECOND; now += 300 * MILLI) {
      window.tick(now);
    }
    assertThat(window.windowBytes()).isEqualTo(RequestWindow.FLOOR_BYTES);
  }

  @Test
  void theWindowComesBackAfterASilence() {
    SimulatedLink link = new SimulatedLink(100, 40, 100);
    Flow flow = link.flow(PathEstimate.UNKNOWN);
    flow.ask();
    link.runUntil(SECOND);
    long before = flow.window.windowBytes();
    flow.window.tick(link.nowNanos() + 10 * SECOND);
    assertThat(flow.window.windowBytes()).isLessThan(before);
    link.runUntil(3 * SECOND);

    assertThat(flow.window.windowBytes()).isGreaterThan(before * 3 / 4);
  }

  /** What fifteen ask of one uplink waits there: the less each asks for, the sooner it can turn. */
  @Test
  void ofOneThatFetchesTooNoMoreIsAskedThanComesInAQuarterOfASecond() {
    RequestWindow window = new RequestWindow(PathEstimate.UNKNOWN, 0);
    window.shared(true);
    assertThat(window.windowBytes()).isEqualTo(RequestWindow.SHARED_FLOOR_BYTES);
    window = new RequestWindow(new PathEstimate(20_000, 30 * MILLI), 0);
    window.shared(true);
    assertThat(window.windowBytes()).isBetween(32_768L, 34_000L);
    window = new RequestWindow(new PathEstimate(10e6, 30 * MILLI), 0);
    long alone = window.windowBytes();
    window.shared(true);
    assertThat(window.windowBytes()).as("of one that is fast").isEqualTo(alone);
  }

  @Test
  void aFrameMayAlwaysBeAskedWhenNoneIsUnderWay() {
    RequestWindow window = new RequestWindow(PathEstimate.UNKNOWN, 0);
    assertThat(window.hasRoomFor(Integer.MAX_VALUE)).isTrue();
    window.asked(SimulatedLink.FRAME_BYTES, 0);
    assertThat(window.hasRoomFor(Integer.MAX_VALUE)).isFalse();
    window.released(SimulatedLink.FRAME_BYTES);
    assertThat(window.outstandingBytes()).isZero();
  }

  private static long frameNanos(double megabits) {
    return (long) (SimulatedLink.FRAME_BYTES * 8 * 1000 / megabits);
  }

  private static double megabits(long bytes, long nanos) {
    return bytes * 8 * 1000.0 / nanos;
  }
}
