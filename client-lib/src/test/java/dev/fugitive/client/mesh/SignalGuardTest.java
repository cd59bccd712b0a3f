package dev.fugitive.client.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.signalling.ConnectionId;
import dev.fugitive.client.signalling.SignedSignal;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SignalGuardTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final Random random = new Random(1);
  private final Identity alice = Identity.generate();
  private final Identity bob = Identity.generate();
  private final SignalGuard guard = new SignalGuard(bob.peerId());

  @Test
  void aNewOfferIsTakenOnce() {
    SignedSignal offer = offer(NOW);
    assertThat(guard.fault(alice.peerId(), offer)).isEmpty();
    assertThat(guard.staleness(alice.peerId(), offer, NOW)).isEmpty();
    assertThat(guard.staleness(alice.peerId(), offer, NOW))
        .hasValueSatisfying(words -> assertThat(words).contains("heard before"));
  }

  @Test
  void anOfferStaysUsedForAsLongAsItsTimeIsGood() {
    SignedSignal offer = offer(NOW.plus(SignalGuard.WINDOW));
    assertThat(guard.staleness(alice.peerId(), offer, NOW)).isEmpty();
    for (int minute = 0; minute <= 30; minute++) {
      Instant later = NOW.plus(Duration.ofMinutes(minute));
      assertThat(guard.staleness(alice.peerId(), offer, later)).isPresent();
    }
  }

  @Test
  void anOldOfferAndOneOfTheFutureAreRefused() {
    Instant past = NOW.minus(SignalGuard.WINDOW).minusMillis(1);
    Instant future = NOW.plus(SignalGuard.WINDOW).plusMillis(1);
    assertThat(guard.staleness(alice.peerId(), offer(past), NOW)).isPresent();
    assertThat(guard.staleness(alice.peerId(), offer(future), NOW)).isPresent();
    assertThat(guard.staleness(alice.peerId(), extreme(Long.MAX_VALUE), NOW)).isPresent();
  }

  @Test
  void anOfferForSomebodyElseIsRefused() {
    SignedSignal forCarol =
        SignedSignal.sign(
            alice,
            Identity.generate().peerId(),
            ConnectionId.random(random),
            new SignedSignal.Content.OfLink(MeshScript.SDP),
            NOW);
    assertThat(guard.fault(alice.peerId(), forCarol)).isPresent();
  }

  private SignedSignal extreme(long timeMillis) {
    SignedSignal offer = offer(NOW);
    return new SignedSignal(offer.connection(), offer.content(), timeMillis, offer.signature());
  }

  private SignedSignal offer(Instant time) {
    return SignedSignal.sign(
        alice,
        bob.peerId(),
        ConnectionId.random(random),
        new SignedSignal.Content.OfLink(MeshScript.SDP),
        time);
  }
}
