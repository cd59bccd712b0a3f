package dev.fugitive.client.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** A message's type, class and id lead to each other. */
class MessageTypeTest {
  @Test
  void everyPermittedClassHasOneType() {
    List<Class<?>> typed = new ArrayList<>();
    for (MessageType type : MessageType.values()) {
      typed.add(type.messageClass());
    }
    assertThat(typed).containsExactlyInAnyOrder(PeerMessage.class.getPermittedSubclasses());
  }

  @Test
  void everyTypeIsFoundByItsId() throws Exception {
    for (MessageType type : MessageType.values()) {
      assertThat(MessageType.ofId(type.id())).isEqualTo(type);
      assertThat(type.id()).isBetween(1, MessageType.LAST_EXTENSION_ID);
      assertThat(type.fieldCount()).isEqualTo(wireFields(type));
    }
  }

  @Property(tries = 500, seed = "2026")
  void theTypeOfAMessageNamesItsClass(@ForAll("messages") PeerMessage message) {
    assertThat(MessageType.of(message).messageClass()).isEqualTo(message.getClass());
  }

  /**
   * What is nearby is its number and the fields of the holdings. A content and a digest are two
   * fields each where they are fields of a message themselves.
   */
  private static int wireFields(MessageType type) {
    int components = type.messageClass().getRecordComponents().length;
    return switch (type) {
      case OPEN, OPEN_THROUGH, FIND_CONTENT, FOUND_AND_SENDING -> components + 1;
      case NEARBY, NEARBY_DELTA ->
          1
              + wireFields(
                  type == MessageType.NEARBY ? MessageType.HOLDINGS : MessageType.HOLDINGS_DELTA);
      default -> components;
    };
  }

  @Provide
  Arbitrary<PeerMessage> messages() {
    return PeerMessageArbitraries.any();
  }
}
