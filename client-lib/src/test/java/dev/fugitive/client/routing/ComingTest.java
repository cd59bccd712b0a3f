package dev.fugitive.client.routing;

import static dev.fugitive.client.routing.FakeHoldings.resource;
import static dev.fugitive.client.routing.FakeHoldings.salt;
import static dev.fugitive.client.routing.RoutingPair.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.FindResource;
import dev.fugitive.client.wire.PeerMessage.ResourceComing;
import dev.fugitive.client.wire.PeerMessage.ResourceFound;
import dev.fugitive.client.wire.PeerMessage.Supports;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A question about what is just being fetched is answered when it is here. */
class ComingTest {
  private static final AnswerPatience WAITING = AnswerPatience.waiting(LONG, LONG, peer -> true);
  private static final ByteString VOUCHER = ByteString.encodeUtf8("a voucher");

  private final RoutingPair pair = new RoutingPair();
  private final FakeHoldings hers = pair.hers();
  private final Routing she = pair.she();
  private final Routing he = pair.he();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void closeAndLeaveNothing() {
    pair.close();
    threads.close();
  }

  @Test
  void theAnswerWaitsForWhatIsComing() throws Exception {
    FakeSession session = expecting(resource(1));
    Future<List<Answer<ByteString>>> found = find(WAITING);
    await().atMost(LONG).until(() -> session.sent(FindResource.class).size() == 1);
    hers.addVoucher(resource(1), VOUCHER);
    arrived(resource(1));
    assertThat(found.get(20, TimeUnit.SECONDS))
        .containsExactly(new Answer<>(session, false, VOUCHER));
    assertThat(he.status().lateAnswers()).isZero();
    assertThat(he.status().falseHits()).isZero();
  }

  @Test
  void whatDoesNotComeWasNoLie() throws Exception {
    FakeSession session = expecting(resource(1));
    Future<List<Answer<ByteString>>> found = find(WAITING);
    await().atMost(LONG).until(() -> session.sent(FindResource.class).size() == 1);
    arrived(resource(1));
    assertThat(found.get(20, TimeUnit.SECONDS)).isEmpty();
    assertThat(he.status().falseHits()).isZero();
    assertThat(find(WAITING).get(20, TimeUnit.SECONDS)).isEmpty();
    assertThat(he.status().falseHits()).as("it says yes, and has nothing").isEqualTo(1);
  }

  @Test
  void whoHasNoTimeGoesOnAtOnce() throws Exception {
    expecting(resource(1));
    assertThat(find(AnswerPatience.of(LONG)).get(20, TimeUnit.SECONDS)).isEmpty();
    assertThat(he.status().falseHits()).as("it told no lie").isZero();
    arrived(resource(1));
    await().atMost(LONG).until(() -> he.status().lateAnswers() == 1);
    assertThat(he.status().expelled()).isZero();
  }

  @Test
  void theWordOfWhomNobodyBelievesIsNotWaitedFor() throws Exception {
    expecting(resource(1));
    AnswerPatience doubting = AnswerPatience.waiting(LONG, LONG, peer -> false);
    assertThat(find(doubting).get(20, TimeUnit.SECONDS)).isEmpty();
    arrived(resource(1));
  }

  @Test
  void whoIsCancelledWaitsNoLonger() throws Exception {
    FakeSession session = expecting(resource(1));
    CompletableFuture<Void> cancelled = new CompletableFuture<>();
    Future<List<Answer<ByteString>>> found = find(WAITING.until(cancelled));
    await().atMost(LONG).until(() -> session.sent(FindResource.class).size() == 1);
    cancelled.complete(null);
    assertThat(found.get(20, TimeUnit.SECONDS)).isEmpty();
    arrived(resource(1));
  }

  @Test
  void whoDoesNotKnowOfWaitingIsAnsweredAtOnce() {
    expecting(resource(1));
    FakeSession old = FakeSession.to("old");
    she.onOpened(old, new PeerMessage.Hello(1, "old", true));
    ask(old, 1);
    assertThat(old.sent(ResourceFound.class)).containsExactly(new ResourceFound(1, List.of()));
    assertThat(old.sent(ResourceComing.class)).isEmpty();
    she.onClosed(old, "end of test");
    arrived(resource(1));
  }

  @Test
  void noMoreQuestionsOfAPeerWaitThanThereIsRoomFor() {
    expecting(resource(1));
    FakeSession greedy = FakeSession.to("greedy");
    she.onOpened(greedy, new PeerMessage.Hello(1, "greedy", true));
    she.onMessage(greedy, new Supports(Supports.WAITING));
    for (int id = 0; id <= PeerRoute.MAX_HELD; id++) {
      ask(greedy, id);
    }
    assertThat(greedy.sent(ResourceComing.class)).hasSize(PeerRoute.MAX_HELD);
    assertThat(greedy.sent(ResourceFound.class))
        .containsExactly(new ResourceFound(PeerRoute.MAX_HELD, List.of()));
    arrived(resource(1));
    await().atMost(LONG).until(() -> greedy.sent(ResourceFound.class).size() > PeerRoute.MAX_HELD);
    ask(greedy, 1000);
    assertThat(greedy.sent(ResourceComing.class)).hasSize(PeerRoute.MAX_HELD);
    she.onClosed(greedy, "end of test");
  }

  private void ask(FakeSession session, int id) {
    she.onMessage(
        session, new FindResource(id, new HoldingItem.OfResource(resource(1)).keyed(salt(1))));
  }

  /** She has begun to fetch it, and has told him. */
  private FakeSession expecting(ResourceKey resource) {
    hers.arrivals.put(resource, new CompletableFuture<>());
    hers.add(new HoldingItem.OfResource(resource));
    return pair.join(she, resource);
  }

  private void arrived(ResourceKey resource) {
    CompletableFuture<Void> arrival = hers.arrivals.remove(resource);
    assertThat(arrival).isNotNull();
    arrival.complete(null);
  }

  private Future<List<Answer<ByteString>>> find(AnswerPatience patience) {
    return threads.submit(
        () -> he.findResource(resource(1), patience, 3, voucher -> true, Wish.NONE));
  }
}
