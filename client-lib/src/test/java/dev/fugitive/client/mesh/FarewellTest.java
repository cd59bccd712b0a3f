package dev.fugitive.client.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fugitive.client.signalling.MemoryRendezvous;
import dev.fugitive.client.transport.HostRates;
import dev.fugitive.client.transport.Link;
import dev.fugitive.client.transport.LinkListener;
import dev.fugitive.client.transport.MemoryNetwork;
import dev.fugitive.client.transport.PathConditions;
import dev.fugitive.client.transport.RealTime;
import dev.fugitive.client.transport.Signal;
import dev.fugitive.client.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A farewell is said although the link's account of what waits is old. */
final class FarewellTest {
  private final RealTime time = new RealTime("farewell-test");
  private final MemoryNetwork network =
      new MemoryNetwork(time, new PathConditions(Duration.ofMillis(5), 0), 1);
  private final MemoryRendezvous rendezvous = new MemoryRendezvous();
  private final Node leaving = node(new OldAccounts(network.join(HostRates.UNLIMITED)));
  private final Node left = node(network.join(HostRates.UNLIMITED));

  @AfterEach
  void stopEverything() {
    leaving.close();
    left.close();
    time.close();
  }

  @Test
  void thePeerHearsWhyALinkCloses() {
    leaving.mesh.addContext("cdn.example");
    left.mesh.addContext("cdn.example");
    await().atMost(Duration.ofSeconds(20)).until(() -> leaving.isLinkedTo(left));
    await().atMost(Duration.ofSeconds(20)).until(() -> left.isLinkedTo(leaving));
    leaving.mesh.session(left.id()).orElseThrow().close("enough");
    await().atMost(Duration.ofSeconds(20)).until(() -> !left.heard.closed.isEmpty());
    assertThat(left.heard.closed).first().asString().contains("the peer closed: enough");
  }

  private Node node(Transport transport) {
    return Node.start(transport, rendezvous, MeshSettings.of(Node.HELLO));
  }

  /** Links that know of much that waits until they are asked to count it. */
  private record OldAccounts(Transport delegate) implements Transport {
    @Override
    public Link offer(LinkListener listener) {
      return new OldAccount(delegate.offer(listener));
    }

    @Override
    public Link answer(Signal.Description offer, LinkListener listener) {
      return new OldAccount(delegate.answer(offer, listener));
    }

    @Override
    public void close() {
      delegate.close();
    }
  }

  private static final class OldAccount implements Link {
    private final Link delegate;
    private volatile long knownBytes = 1 << 20;

    OldAccount(Link delegate) {
      this.delegate = delegate;
    }

    @Override
    public void signal(Signal fromRemote) {
      delegate.signal(fromRemote);
    }

    @Override
    public void send(ByteBuffer frame) throws IOException {
      delegate.send(frame);
    }

    @Override
    public long queuedBytes() {
      return knownBytes;
    }

    @Override
    public void count(LongConsumer told) {
      delegate.count(bytes -> {
        knownBytes = bytes;
        told.accept(bytes);
      });
    }

    @Override
    public void close(String reason) {
      delegate.close(reason);
    }
  }
}
