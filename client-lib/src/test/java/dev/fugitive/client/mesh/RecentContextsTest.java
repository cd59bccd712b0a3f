package dev.fugitive.client.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.peer.ContextId;
import dev.fugitive.client.signalling.Presence;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which contexts are announced. */
class RecentContextsTest {
  private final RecentContexts contexts = new RecentContexts();

  @Test
  void whatIsPinnedStaysWhateverIsUsed() {
    assertThat(contexts.pin("pinned")).isTrue();
    IntStream.range(0, 2 * Presence.MAX_CONTEXTS).forEach(i -> contexts.use("host" + i));
    assertThat(contexts.ids())
        .contains(ContextId.ofHost("pinned"))
        .hasSizeLessThanOrEqualTo(Presence.MAX_CONTEXTS);
  }

  @Test
  void aPinThatIsNotTakenIsSaid() {
    IntStream.range(0, 16).forEach(i -> assertThat(contexts.pin("name" + i)).isTrue());
    assertThat(contexts.pin("one more")).isFalse();
    assertThat(contexts.pin("name3")).as("pinned already").isTrue();
  }
}
