package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.client.fetch.Flight.Landing;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class UnsharedResourcesTest {
  private static final FlightKey KEY = key("http://example.com/a");
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final UnsharedResources unshared = new UnsharedResources(now::get);

  @Test
  void whatWasForOneClientIsRememberedForAWhile() {
    assertThat(unshared.has(KEY)).isFalse();
    unshared.note(KEY, new Landing.Unshared(true));

    assertThat(unshared.has(KEY)).isTrue();
    assertThat(unshared.has(key("http://example.com/b"))).isFalse();
    now.set(START.plus(UnsharedResources.KEPT).minusMillis(1));
    assertThat(unshared.has(KEY)).isTrue();
    now.set(START.plus(UnsharedResources.KEPT));
    assertThat(unshared.has(KEY)).isFalse();
  }

  @Test
  void anAnswerForAllEndsIt() {
    unshared.note(KEY, new Landing.Unshared(true));
    unshared.note(
        KEY,
        new Landing.Confirmed(
            new ResponseHead(304, "", Fields.EMPTY), new FetchTrace(new Cancellation())));

    assertThat(unshared.has(KEY)).isFalse();
  }

  @Test
  void troubleSaysNothing() {
    unshared.note(KEY, new Landing.Unshared(false));
    assertThat(unshared.has(KEY)).isFalse();
    unshared.note(KEY, new Landing.Unshared(true));
    unshared.note(KEY, new Landing.Failed());
    unshared.note(KEY, new Landing.Unanswered());

    assertThat(unshared.has(KEY)).isTrue();
  }

  private static FlightKey key(String url) {
    return new FlightKey(ResourceKey.primary("GET", url), Fields.EMPTY);
  }
}
