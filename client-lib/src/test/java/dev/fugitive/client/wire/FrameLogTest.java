package dev.fugitive.client.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.peer.PeerId;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import okio.ByteString;
import org.junit.jupiter.api.Test;

/** A message is one line. */
class FrameLogTest {
  private static final PeerId PEER = new PeerId(ByteString.of(new byte[32]));

  @Test
  void aLineNamesDirectionPeerLengthTypeAndFields() {
    PeerMessage open = new PeerMessage.Open(1, new ContentId(ByteString.EMPTY.sha256(), 1 << 20));
    assertThat(FrameLog.line("<<", PEER, 45, open))
        .isEqualTo("<< AAAAAAAA    45 OPEN           transfer=1 content=e3b0c44298fc1c14/1048576");
  }

  @Property(tries = 500, seed = "2026")
  void everyMessageIsOneLine(@ForAll("messages") PeerMessage message) {
    assertThat(FrameLog.line(">>", PEER, 1, message)).doesNotContain("\n", "\r");
  }

  @Provide
  Arbitrary<PeerMessage> messages() {
    return PeerMessageArbitraries.any();
  }
}
