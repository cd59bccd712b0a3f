package dev.fugitive.cache.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** RFC 9211. */
final class CacheStatusTest {
  @Test
  void aHitSaysForHowLongItStaysFresh() {
    assertThat(CacheStatus.hit(Duration.ofSeconds(376))).hasToString("Fugitive; hit; ttl=376");
    assertThat(CacheStatus.hit(Duration.ofSeconds(-412))).hasToString("Fugitive; hit; ttl=-412");
  }

  @Test
  void whatWentForwardSaysWhyAndWhatCameOfIt() {
    CacheStatus status =
        CacheStatus.forward(CacheStatus.ForwardReason.URI_MISS)
            .withForwardStatus(200)
            .withStored(true)
            .withCollapsed(true)
            .withDetail("tier1");
    assertThat(status)
        .hasToString("Fugitive; fwd=uri-miss; fwd-status=200; stored; collapsed; detail=tier1");
    assertThat(status.hit()).isFalse();
  }

  @Test
  void ourMemberComesAfterThoseNearerToTheOrigin() {
    Fields fields = Fields.of("Cache-Status", "A; hit", "X", "1", "cache-status", "B; fwd=miss");
    assertThat(CacheStatus.hit(Duration.ofSeconds(1)).appendTo(fields))
        .isEqualTo(
            Fields.of("X", "1", "Cache-Status", "A; hit, B; fwd=miss, Fugitive; hit; ttl=1"));
  }

  @Test
  void aDetailThatIsNoTokenIsRefused() {
    CacheStatus status = CacheStatus.hit(Duration.ZERO);
    assertThatThrownBy(() -> status.withDetail("a b")).hasMessageContaining("a b");
    assertThatThrownBy(() -> status.withDetail("")).isInstanceOf(IllegalArgumentException.class);
  }
}
