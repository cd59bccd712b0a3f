package dev.fugitive.client.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.wire.PeerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import okio.ByteString;
import org.junit.jupiter.api.Test;

final class OrderPostTest {
  private final OrderPost post = new OrderPost();
  private final Peer peer = new Peer();

  @Test
  void whatIsSentToAPeerArrivesInThatOrder() {
    post.onOpened(peer);
    peer.reads.countDown();
    List<PeerMessage> messages = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      PeerMessage message = new PeerMessage.Order(ByteString.encodeUtf8("order " + i));
      messages.add(message);
      post.send(peer.peer(), message);
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> peer.heard.size() == messages.size());
    assertThat(peer.heard).isEqualTo(messages);
  }

  @Test
  void whatWaitsForAPeerThatDoesNotReadHasALimit() {
    post.onOpened(peer);
    for (int i = 0; i < 2 * OrderPost.MAX_WAITING; i++) {
      post.send(peer.peer(), new PeerMessage.Order(ByteString.encodeUtf8("order " + i)));
    }
    peer.reads.countDown();
    post.send(peer.peer(), new PeerMessage.Order(ByteString.encodeUtf8("last")));
    await().atMost(Duration.ofSeconds(20)).until(() -> peer.heard.size() >= OrderPost.MAX_WAITING);
    assertThat(peer.heard).hasSizeLessThanOrEqualTo(OrderPost.MAX_WAITING + 2);
  }

  @Test
  void whatCannotBeSentHoldsUpNothing() {
    List<PeerMessage> heard = new CopyOnWriteArrayList<>();
    CountDownLatch failed = new CountDownLatch(1);
    OpenSession broken =
        new OpenSession(peer.peer()) {
          @Override
          public void send(PeerMessage message) {
            if (failed.getCount() > 0) {
              failed.countDown();
              throw new IllegalStateException("broken");
            }
            heard.add(message);
          }
        };
    post.onOpened(broken);
    post.send(peer.peer(), new PeerMessage.Order(ByteString.encodeUtf8("first")));
    await().atMost(Duration.ofSeconds(20)).until(() -> failed.getCount() == 0);
    post.send(peer.peer(), new PeerMessage.Order(ByteString.encodeUtf8("second")));
    await().atMost(Duration.ofSeconds(20)).until(() -> heard.size() == 1);
  }

  /** Reads when it is told to. */
  private static final class Peer extends OpenSession {
    private final CountDownLatch reads = new CountDownLatch(1);
    private final List<PeerMessage> heard = new CopyOnWriteArrayList<>();

    Peer() {
      super(Identity.generate().peerId());
    }

    @Override
    public void send(PeerMessage message) {
      try {
        reads.await();
        heard.add(message);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
