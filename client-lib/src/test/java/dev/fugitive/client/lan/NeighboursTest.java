package dev.fugitive.client.lan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.lan.Neighbours.Call;
import dev.fugitive.client.peer.PeerId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Random;
import okio.ByteString;
import org.junit.jupiter.api.Test;

final class NeighboursTest {
  private static final String OWN = "5555555555555555";
  private static final String SMALLER = "1111111111111111";
  private static final String LARGER = "9999999999999999";
  private static final PeerId PEER = new PeerId(ByteString.of(new byte[32]));
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Neighbours neighbours = new Neighbours(OWN, new Random(1));
  private final InetSocketAddress address =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 4000);

  @Test
  void theSmallerTagCallsAtOnceAndTheLargerOneLater() {
    neighbours.found(LARGER, address, 0);
    neighbours.found(SMALLER, address, 0);
    assertThat(neighbours.due(0)).containsExactly(new Call(LARGER, address));
    assertThat(neighbours.waitNanos(0)).isEqualTo(2 * SECOND);
    assertThat(neighbours.due(2 * SECOND)).containsExactly(new Call(SMALLER, address));
    assertThat(neighbours.due(100 * SECOND)).isEmpty();
  }

  @Test
  void weDoNotCallOurselves() {
    neighbours.found(OWN, address, 0);
    assertThat(neighbours.due(10 * SECOND)).isEmpty();
  }

  @Test
  void whoDoesNotAnswerIsCalledEverMoreSeldom() {
    neighbours.found(LARGER, address, 0);
    long now = 0;
    long before = 0;
    for (int i = 0; i < 12; i++) {
      assertThat(neighbours.due(now)).hasSize(1);
      neighbours.failed(LARGER, now);
      long wait = neighbours.waitNanos(now);
      assertThat(wait).isBetween(Math.min(before / 4, 60 * SECOND), 120 * SECOND);
      before = wait;
      now += wait;
    }
    assertThat(before).isGreaterThanOrEqualTo(60 * SECOND);
  }

  @Test
  void whoAnsweredIsCalledAgainOnlyWhenItIsGone() {
    neighbours.found(LARGER, address, 0);
    neighbours.due(0);
    neighbours.answered(LARGER, PEER);
    neighbours.found(LARGER, address, 5 * SECOND);
    assertThat(neighbours.due(60 * SECOND)).isEmpty();
    neighbours.gone(PEER, 60 * SECOND);
    assertThat(neighbours.due(61 * SECOND)).hasSize(1);
  }

  @Test
  void whoSaidFarewellIsForgotten() {
    neighbours.found(SMALLER, address, 0);
    neighbours.lost(SMALLER);
    neighbours.failed(SMALLER, SECOND);
    assertThat(neighbours.due(60 * SECOND)).isEmpty();
    assertThat(neighbours.waitNanos(0)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aFloodOfAnnouncementsIsBounded() {
    for (int i = 0; i < 10_000; i++) {
      neighbours.found("%016x".formatted(i), address, 0);
    }
    assertThat(neighbours.size()).isEqualTo(Neighbours.MAX_KNOWN);
  }
}
