package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.client.limits.MachineReader;
import dev.fugitive.client.origin.OriginReach;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;

/** A start that fails leaves nothing open. */
class NodeStartTest {
  @Test
  void aRendezvousThatCannotBeAskedIsFoundOutBeforeLinksCanBeMade() {
    AtomicBoolean opened = new AtomicBoolean();
    NodeGround ground =
        new NodeGround(
            () -> {
              opened.set(true);
              return PeerTransport.off("not needed");
            },
            network -> {
              throw new IllegalArgumentException("rendezvous: ws:// (expected: ws://HOST:PORT)");
            },
            MachineReader.UNRESTRICTED,
            BaseClient.of(new OkHttpClient()),
            OriginReach.ANYWHERE,
            FetchListener.NONE);
    assertThatThrownBy(() -> FugitiveNode.open(NodeSettings.inMemory(), ground))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(opened).isFalse();
  }
}
