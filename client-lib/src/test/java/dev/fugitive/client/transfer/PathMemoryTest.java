package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.mesh.PeerSession;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is remembered of the paths to peers, and for how long. */
class PathMemoryTest {
  private static final long SECOND = 1_000_000_000;
  private static final PathEstimate WIDE = new PathEstimate(1e7, 10_000_000);

  private final AtomicLong nowNanos = new AtomicLong();
  private final PathMemory paths = new PathMemory(nowNanos::get);
  private final PeerSession session = new SessionPair(Peers.named(1), Peers.named(2)).left();

  @Test
  void whatAContentTaughtIsKnownForAMinute() {
    paths.learned(session.peer(), WIDE);
    nowNanos.set(59 * SECOND);
    assertThat(paths.path(session)).isEqualTo(WIDE);
    nowNanos.set(60 * SECOND);
    assertThat(paths.path(session).isKnown()).isFalse();
    assertThat(paths.isProven(session.peer())).as("for good").isTrue();
  }

  @Test
  void ofWhoGaveSomethingShortNoPathIsKnown() {
    paths.proved(session.peer());
    assertThat(paths.isProven(session.peer())).isTrue();
    assertThat(paths.path(session).isKnown()).isFalse();
  }

  @Test
  void somethingShortTakesNothingAway() {
    paths.learned(session.peer(), WIDE);
    paths.proved(session.peer());
    assertThat(paths.path(session)).isEqualTo(WIDE);
  }
}
