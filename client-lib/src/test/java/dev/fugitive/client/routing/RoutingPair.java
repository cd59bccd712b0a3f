package dev.fugitive.client.routing;

import static dev.fugitive.client.routing.FakeHoldings.salt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.client.limits.UploadGate;
import dev.fugitive.client.mesh.PeerHandler;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Two routings, one that has something and one that asks for it, and the session between them. */
final class RoutingPair implements AutoCloseable {
  static final Duration LONG = Duration.ofSeconds(20);

  private final FakeHoldings hers = new FakeHoldings();
  private final Routing she = routing(hers, 1);
  private final Routing he = routing(new FakeHoldings(), 2);
  private @Nullable FakeSession toHer;

  private static Routing routing(FakeHoldings holdings, int salt) {
    return new Routing(
        holdings,
        holdings,
        salt(salt),
        true,
        UploadGate.OPEN,
        System::nanoTime,
        Duration.ofMillis(1));
  }

  /** What she has. */
  FakeHoldings hers() {
    return hers;
  }

  Routing she() {
    return she;
  }

  Routing he() {
    return he;
  }

  /**
   * Opens the session, and waits until he has heard that she has a resource.
   *
   * @param herSide hears what he sends her
   */
  FakeSession join(PeerHandler herSide, ResourceKey resource) {
    FakeSession opened = FakeSession.join(he, herSide);
    toHer = opened;
    await().atMost(LONG).until(() -> !he.holdersOf(resource).isEmpty());
    return opened;
  }

  /** Ends both, and sees that nothing of them is left. */
  @Override
  public void close() {
    if (toHer != null) {
      toHer.close("end of test");
    }
    she.close();
    he.close();
    assertThat(she.isTerminated()).isTrue();
    assertThat(he.isTerminated()).isTrue();
  }
}
