package dev.fugitive.client.routing;

import static dev.fugitive.client.routing.FakeHoldings.item;
import static dev.fugitive.client.routing.FakeHoldings.salt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.client.routing.PeerHoldings.Violation;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.Holdings;
import dev.fugitive.client.wire.PeerMessage.HoldingsDelta;
import dev.fugitive.client.wire.WireLimits;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import okio.ByteString;
import org.junit.jupiter.api.Test;

class PeerHoldingsTest {
  private final AtomicLong nowNanos = new AtomicLong();
  private final PeerHoldings peer = new PeerHoldings(nowNanos::get);

  /** What a node with these items tells at first. */
  private static List<PeerMessage> told(int generation, int from, int to) {
    HoldingsFilter filter = HoldingsFilter.forEntries(salt(1), to - from);
    for (int i = from; i < to; i++) {
      for (int position : filter.positions(item(i).keyed(salt(1)))) {
        filter.set(position);
      }
    }
    return List.of(new Holdings(generation, 0, 1, salt(1), filter.hashCount(), filter.toBytes()));
  }

  private void takeAll(List<PeerMessage> messages) throws Violation {
    for (PeerMessage message : messages) {
      peer.take(message);
    }
  }

  private static Holdings part(int generation, int index, int count, int bytes) {
    return new Holdings(generation, index, count, salt(1), 7, ByteString.of(new byte[bytes]));
  }

  @Test
  void nothingIsLikelyBeforeThePeerToldAnything() {
    assertThat(peer.likelihood(item(1))).isZero();
  }

  @Test
  void aFilterReplacesTheOneBefore() throws Violation {
    takeAll(told(0, 0, 50));
    assertThat(peer.likelihood(item(7))).isGreaterThan(0.9);
    takeAll(told(1, 50, 100));
    assertThat(peer.likelihood(item(7))).isZero();
    assertThat(peer.likelihood(item(57))).isGreaterThan(0.9);
  }

  @Test
  void aFilterOfPartsCountsWhenTheLastHasCome() throws Violation {
    int full = WireLimits.FILTER_PART_BYTES;
    takeAll(told(0, 0, 50));
    peer.take(part(1, 0, 2, full));
    assertThat(peer.likelihood(item(7))).isGreaterThan(0.9);
    peer.take(part(1, 1, 2, 9));
    assertThat(peer.likelihood(item(7))).isZero();
  }

  @Test
  void partsOutOfOrderAreAgainstTheProtocol() throws Violation {
    int full = WireLimits.FILTER_PART_BYTES;
    assertThatThrownBy(() -> peer.take(part(0, 1, 2, 9))).isInstanceOf(Violation.class);
    peer.take(part(0, 0, 3, full));
    assertThatThrownBy(() -> peer.take(part(0, 2, 3, 9))).isInstanceOf(Violation.class);
    assertThatThrownBy(() -> peer.take(part(0, 1, 2, 9))).isInstanceOf(Violation.class);
    assertThatThrownBy(() -> peer.take(part(1, 1, 3, full))).isInstanceOf(Violation.class);
    assertThatThrownBy(() -> peer.take(part(0, 0, 3, full))).isInstanceOf(Violation.class);
  }

  @Test
  void generationsOnlyGrow() throws Violation {
    takeAll(told(3, 0, 1));
    assertThatThrownBy(() -> takeAll(told(3, 0, 1))).isInstanceOf(Violation.class);
    assertThatThrownBy(() -> takeAll(told(2, 0, 1))).isInstanceOf(Violation.class);
    takeAll(told(4, 0, 1));
  }

  @Test
  void deltasAreAboutTheFilterInForceAndInsideIt() throws Violation {
    assertThatThrownBy(() -> peer.take(new HoldingsDelta(0, List.of(1))))
        .isInstanceOf(Violation.class);
    takeAll(told(0, 0, 10));
    peer.take(new HoldingsDelta(0, List.of(1)));
    assertThatThrownBy(() -> peer.take(new HoldingsDelta(1, List.of(1))))
        .isInstanceOf(Violation.class);
    assertThatThrownBy(() -> peer.take(new HoldingsDelta(0, List.of(1 << 20))))
        .isInstanceOf(Violation.class)
        .hasMessageContaining("delta position: 1048576");
  }

  @Test
  void aFalseHitIsRememberedForAWhile() throws Violation {
    takeAll(told(0, 0, 10));
    peer.noteFalseHit(item(1));
    assertThat(peer.likelihood(item(1))).isZero();
    assertThat(peer.likelihood(item(2))).isBetween(0.1, 0.9);
    nowNanos.addAndGet(PeerHoldings.FALSE_HIT_MEMORY.toNanos() + 1);
    assertThat(peer.likelihood(item(1))).isPositive();
  }

  @Test
  void aPeerThatIsRightGoesBeforeOneThatIsOftenWrong() throws Violation {
    takeAll(told(0, 0, 100));
    double before = peer.likelihood(item(1));
    for (int i = 50; i < 60; i++) {
      peer.noteFalseHit(item(i));
    }
    double after = peer.likelihood(item(1));
    assertThat(after).isLessThan(before / 5);
    for (int i = 0; i < 30; i++) {
      peer.noteRightHit();
    }
    assertThat(peer.likelihood(item(1))).isGreaterThan(after);
  }

  @Test
  void aPeerThatWasWrongGetsAnotherChance() throws Violation {
    takeAll(told(0, 0, 100));
    for (int i = 40; i < 100; i++) {
      peer.noteFalseHit(item(i));
    }
    assertThat(peer.likelihood(item(1))).isLessThan(0.02);
    nowNanos.addAndGet(10 * HitRate.HALF_LIFE_NANOS);
    assertThat(peer.likelihood(item(1))).isGreaterThan(0.9);
  }

  @Test
  void whatThePeerSaidInAnAnswerCountsUntilItsFilterShouldSaySo() throws Violation {
    takeAll(told(0, 0, 10));
    peer.noteSaid(item(20));
    assertThat(peer.likelihood(item(20))).isGreaterThan(0.9);
    nowNanos.addAndGet(PeerHoldings.SAID_MEMORY.toNanos() + 1);
    assertThat(peer.likelihood(item(20))).isZero();
  }

  @Test
  void theLastWordCounts() throws Violation {
    takeAll(told(0, 0, 10));
    peer.noteFalseHit(item(20));
    peer.noteSaid(item(20));
    assertThat(peer.likelihood(item(20))).as("it has come since").isPositive();
    takeAll(told(1, 0, 10));
    assertThat(peer.likelihood(item(20))).as("a new filter without it").isZero();
  }

  @Test
  void whatThePeerSaidAndHadNotIsAFalseHit() throws Violation {
    takeAll(told(0, 0, 10));
    peer.noteSaid(item(20));
    peer.noteFalseHit(item(20));
    assertThat(peer.likelihood(item(20))).isZero();
  }

  @Test
  void aFilterThatSaysYesToEverythingSaysNothing() throws Violation {
    byte[] ones = new byte[1000];
    Arrays.fill(ones, (byte) 0xff);
    peer.take(new Holdings(0, 0, 1, salt(1), 7, ByteString.of(ones)));
    assertThat(peer.likelihood(item(1))).isZero();
  }
}
