package dev.fugitive.client.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.peer.ContextId;
import dev.fugitive.client.signalling.Presence;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which contexts are announced. */
class RecentContextsTest {
  private final RecentContexts contexts = new RecentContexts();

  @Test
  void whatIsPinnedStaysWhateverIsUsed() {
    assertThat(contexts.pinOnly(List.of("pinned"))).isEmpty();
    IntStream.range(0, 2 * Presence.MAX_CONTEXTS).forEach(i -> contexts.use("host" + i));
    assertThat(contexts.ids())
        .contains(ContextId.ofHost("pinned"))
        .hasSizeLessThanOrEqualTo(Presence.MAX_CONTEXTS);
  }

  @Test
  void whatIsNotPinnedAnyMoreMakesRoom() {
    contexts.pinOnly(List.of("one", "other"));
    contexts.pinOnly(List.of("other"));
    assertThat(contexts.ids()).containsExactly(ContextId.ofHost("other"));
    contexts.pinOnly(List.of());
    assertThat(contexts.ids()).isEmpty();
  }

  @Test
  void whatHasNoRoomIsSaid() {
    List<String> names = IntStream.range(0, 17).mapToObj(i -> "name" + i).toList();
    assertThat(contexts.pinOnly(names)).containsExactly("name16");
    assertThat(contexts.ids()).hasSize(16);
  }
}
