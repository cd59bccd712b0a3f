package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.http.CacheDecision;
import dev.fugitive.cache.http.CachePolicy;
import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.cache.http.StoredResponse;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlightKeyTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final ContentId CONTENT = new ContentId(ByteString.encodeUtf8("x").sha256(), 1000);

  @ParameterizedTest
  @CsvSource({
    "Authorization,x",
    "If-None-Match,x",
    "If-Match,x",
    "If-Modified-Since,x",
    "If-Unmodified-Since,x",
    "Cache-Control,no-store"
  })
  void aRequestOfOneClientSharesNothing(String name, String value) {
    assertThat(FlightKey.of(get(name, value), null)).isEmpty();
  }

  @Test
  void allVariantsOfAResourceAreAskedForTogether() {
    assertThat(FlightKey.of(get("Accept", "a"), null))
        .isPresent()
        .isEqualTo(FlightKey.of(get("Accept", "b"), null));
  }

  @Test
  void whoValidatesTheSameAsksTogether() {
    StoredResponse stored = stored("a", "\"1\"");
    assertThat(keyOf(get("Accept", "a", "Cookie", "b"), stored))
        .isPresent()
        .isEqualTo(keyOf(get("Accept", "a", "Cookie", "c"), stored))
        .isNotEqualTo(keyOf(get("Accept", "a", "If-None-Match", "\"mine\""), stored))
        .isNotEqualTo(keyOf(get("Accept", "a"), stored("a", "\"2\"")))
        .isNotEqualTo(keyOf(get("Accept", "b"), stored("b", "\"1\"")));
  }

  @ParameterizedTest
  @CsvSource({"Cache-Control,no-cache", "Pragma,no-cache"})
  void whoWantsToAskHimselfDoes(String name, String value) {
    assertThat(keyOf(get("Accept", "a", name, value), stored("a", "\"1\""))).isEmpty();
  }

  private static Optional<FlightKey> keyOf(RequestHead client, StoredResponse stored) {
    CacheDecision.Revalidate asked =
        (CacheDecision.Revalidate) CachePolicy.decide(client, List.of(stored), NOW);
    return FlightKey.of(asked.forward(), asked);
  }

  private static StoredResponse stored(String accept, String tag) {
    return StoredResponse.of(
        get("Accept", accept),
        new ResponseHead(
            200, "", Fields.of("Cache-Control", "max-age=0", "ETag", tag, "Vary", "Accept")),
        NOW,
        NOW,
        CONTENT);
  }

  private static RequestHead get(String... fields) {
    return new RequestHead("GET", "http://example.com/a", Fields.of(fields));
  }
}
