package dev.fugitive.client.routing;

import static dev.fugitive.client.routing.FakeHoldings.content;
import static dev.fugitive.client.routing.FakeHoldings.resource;
import static dev.fugitive.client.routing.RoutingPair.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.mesh.PeerHandler;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.routing.ResourceAnswers.Vouched;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.FindAndSend;
import dev.fugitive.client.wire.PeerMessage.FindResource;
import dev.fugitive.client.wire.PeerMessage.Supports;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A question may carry the wish to be sent what it is about. */
class SendingTest {
  private static final ByteString VOUCHER = ByteString.encodeUtf8("a voucher");

  private final RoutingPair pair = new RoutingPair();
  private final FakeHoldings hers = pair.hers();
  private final Routing he = pair.he();

  @AfterEach
  void closeAndLeaveNothing() {
    pair.close();
  }

  @Test
  void aSmallContentIsSentWithItsVoucher() throws InterruptedException {
    hers.addVoucher(resource(1), VOUCHER);
    List<ContentId> begun = new CopyOnWriteArrayList<>();
    List<ContentId> told = new CopyOnWriteArrayList<>();
    FakeSession session =
        join((peer, transferId, content) -> {
          begun.add(content);
          return Optional.of(() -> told.add(content));
        });
    assertThat(he.findResource(resource(1), AnswerPatience.of(LONG), 3, voucher -> true, first(8)))
        .containsExactly(new Answer<>(session, false, VOUCHER));
    assertThat(session.sent(FindResource.class)).isEmpty();
    assertThat(session.sent(FindAndSend.class))
        .extracting(FindAndSend::transferId)
        .containsExactly(7);
    assertThat(begun).containsExactly(content(0));
    await().atMost(LONG).until(() -> told.equals(begun));
  }

  @Test
  void whereThereIsNoSlotTheVoucherComesAlone() throws InterruptedException {
    hers.addVoucher(resource(1), VOUCHER);
    FakeSession session = join((peer, transferId, content) -> Optional.empty());
    assertThat(he.findResource(resource(1), AnswerPatience.of(LONG), 3, voucher -> true, first(8)))
        .containsExactly(new Answer<>(session, false, VOUCHER));
  }

  @Test
  void ofSeveralVariantsNoneIsSent() throws InterruptedException {
    ByteString other = ByteString.encodeUtf8("of another variant");
    hers.addVoucher(resource(1), VOUCHER);
    hers.vouchers.put(
        resource(1), List.of(new Vouched(VOUCHER, content(0)), new Vouched(other, content(1))));
    join((peer, transferId, content) -> {
      throw new AssertionError(content);
    });
    assertThat(he.findResource(resource(1), AnswerPatience.of(LONG), 3, voucher -> true, first(8)))
        .hasSize(2);
  }

  @Test
  void whoDoesNotKnowOfSendingIsAskedAsAlways() throws InterruptedException {
    hers.addVoucher(resource(1), VOUCHER);
    FakeSession session = join((peer, transferId, content) -> Optional.empty());
    he.onMessage(session, new Supports(Supports.TIER2));
    assertThat(he.findResource(resource(1), AnswerPatience.of(LONG), 3, voucher -> true, first(8)))
        .hasSize(1);
    assertThat(session.sent(FindAndSend.class)).isEmpty();
    assertThat(session.sent(FindResource.class)).hasSize(1);
  }

  /** The first who can, if there is one. */
  private static Wish first(int maxChunks) {
    return peers -> peers.stream().findFirst().map(peer -> new Wish.Sender(peer, 7, maxChunks));
  }

  /** Opens a session between the two, with her messages brought to her as a node does. */
  private FakeSession join(Sending sending) {
    return pair.join(new Answerer(pair.she(), sending), resource(1));
  }

  /** Brings questions that wish something to routing together with who sends. */
  private record Answerer(Routing routing, Sending sending) implements PeerHandler {
    @Override
    public void onOpened(PeerSession session, PeerMessage.Hello hello) {
      routing.onOpened(session, hello);
    }

    @Override
    public void onMessage(PeerSession session, PeerMessage message) {
      if (message instanceof FindAndSend question) {
        routing.onQuestion(session, question, sending);
      } else {
        routing.onMessage(session, message);
      }
    }

    @Override
    public void onClosed(PeerSession session, String reason) {
      routing.onClosed(session, reason);
    }
  }
}
