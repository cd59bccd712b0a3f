package dev.fugitive.client.routing;

import static dev.fugitive.client.routing.FakeHoldings.content;
import static dev.fugitive.client.routing.FakeHoldings.digest;
import static dev.fugitive.client.routing.FakeHoldings.item;
import static dev.fugitive.client.routing.FakeHoldings.resource;
import static dev.fugitive.client.routing.FakeHoldings.salt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.limits.UploadGate;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.ContentFound;
import dev.fugitive.client.wire.PeerMessage.FindContent;
import dev.fugitive.client.wire.PeerMessage.FindResource;
import dev.fugitive.client.wire.PeerMessage.Hello;
import dev.fugitive.client.wire.PeerMessage.Holdings;
import dev.fugitive.client.wire.PeerMessage.HoldingsDelta;
import dev.fugitive.client.wire.PeerMessage.ResourceFound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RoutingTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(30);
  private static final ByteString VOUCHER = ByteString.encodeUtf8("a voucher");

  private final FakeHoldings hers = new FakeHoldings();
  private final FakeHoldings his = new FakeHoldings();
  private final Routing she = routing(hers, 1, true);
  private final Routing he = routing(his, 2, true);
  private final List<FakeSession> joined = new ArrayList<>();
  private int notJoined;

  private static Routing routing(FakeHoldings holdings, int salt, boolean sharing) {
    Duration batch = Duration.ofMillis(1);
    return new Routing(
        holdings, holdings, salt(salt), sharing, UploadGate.OPEN, System::nanoTime, batch);
  }

  /** Opens a session between the two; his end of it. */
  private FakeSession join() {
    FakeSession toHer = FakeSession.join(he, she);
    joined.add(toHer);
    return toHer;
  }

  @AfterEach
  void closeAndLeaveNothing() {
    joined.forEach(session -> session.close("end of test"));
    if (!joined.isEmpty()) {
      await().until(() -> she.status().peers() + he.status().peers() <= notJoined);
    }
    she.close();
    he.close();
    assertThat(she.isTerminated()).isTrue();
    assertThat(he.isTerminated()).isTrue();
  }

  @Test
  void whatAPeerHasIsKnownWithoutARoundTrip() {
    hers.add(item(1));
    FakeSession toHer = join();
    hers.add(item(2));
    hers.add(new HoldingItem.OfDigest(digest(3)));
    hers.add(new HoldingItem.OfResource(resource(4)));
    await().until(() -> !he.holdersOf(resource(4)).isEmpty());
    assertThat(he.holdersOf(content(1))).containsExactly(toHer);
    assertThat(he.holdersOf(content(2))).containsExactly(toHer);
    assertThat(he.holdersOf(digest(3))).containsExactly(toHer);
    assertThat(he.holdersOf(content(5))).isEmpty();
    assertThat(toHer.sent(FindResource.class)).isEmpty();
    assertThat(toHer.sent(FindContent.class)).isEmpty();
  }

  @Test
  void vouchersAreFoundByTheKeyedResource() throws InterruptedException {
    hers.addVoucher(resource(1), VOUCHER);
    FakeSession toHer = join();
    await().until(() -> !he.holdersOf(resource(1)).isEmpty());
    assertThat(he.findResource(resource(1), AnswerPatience.of(LONG), 3, voucher -> true, Wish.NONE))
        .containsExactly(new Answer<>(toHer, false, VOUCHER));
    assertThat(toHer.sent(FindResource.class))
        .extracting(FindResource::keyedResource)
        .containsExactly(new HoldingItem.OfResource(resource(1)).keyed(salt(1)));
    // an answer counts when it is sent, and may be here before
    await().until(() -> she.status().answered() == 1);
  }

  @Test
  void contentsAreFoundByTheirDigest() throws InterruptedException {
    hers.contents.put(digest(1), List.of(content(1)));
    hers.add(new HoldingItem.OfDigest(digest(1)));
    FakeSession toHer = join();
    await().until(() -> !he.holdersOf(digest(1)).isEmpty());
    assertThat(he.findContent(digest(1), LONG, 3))
        .containsExactly(new Answer<>(toHer, false, content(1)));
  }

  @Test
  void aMissCostsNoQuestionAndNoTime() throws InterruptedException {
    FakeSession toHer = join();
    assertThat(he.findResource(resource(1), AnswerPatience.of(LONG), 3, voucher -> true, Wish.NONE))
        .isEmpty();
    assertThat(toHer.sent(FindResource.class)).isEmpty();
  }

  @Test
  void aFalseHitCostsOneQuestion() throws InterruptedException {
    hers.add(new HoldingItem.OfResource(resource(1)));
    FakeSession toHer = join();
    await().until(() -> !he.holdersOf(resource(1)).isEmpty());
    assertThat(he.findResource(resource(1), AnswerPatience.of(LONG), 3, voucher -> true, Wish.NONE))
        .isEmpty();
    assertThat(he.findResource(resource(1), AnswerPatience.of(LONG), 3, voucher -> true, Wish.NONE))
        .isEmpty();
    assertThat(toHer.sent(FindResource.class)).hasSize(1);
    assertThat(he.status().falseHits()).isEqualTo(1);
  }

  @Test
  void aTransfersFalseHitIsRememberedToo() {
    hers.add(item(1));
    FakeSession toHer = join();
    await().until(() -> !he.holdersOf(content(1)).isEmpty());
    he.noteFalseHit(toHer, content(1));
    assertThat(he.holdersOf(content(1))).isEmpty();
  }

  @Test
  void whatIsRemovedIsForgottenWithTheNextGeneration() {
    for (int i = 0; i < 400; i++) {
      hers.add(item(i));
    }
    FakeSession toHer = join();
    await().until(() -> !he.holdersOf(content(399)).isEmpty());
    for (int i = 0; i < 300; i++) {
      hers.remove(item(i));
    }
    await().until(() -> countHeld(0, 300) < 90);
    assertThat(countHeld(300, 400)).isEqualTo(100);
    assertThat(toHer.isOpen()).isTrue();
  }

  private long countHeld(int from, int to) {
    long held = 0;
    for (int i = from; i < to; i++) {
      held += he.holdersOf(content(i)).size();
    }
    return held;
  }

  @Test
  void whoDoesNotShareTellsNothingAndAnswersNothing() throws InterruptedException {
    hers.addVoucher(resource(1), VOUCHER);
    hers.contents.put(digest(1), List.of(content(1)));
    join();
    await().until(() -> !he.holdersOf(resource(1)).isEmpty());
    she.setSharing(false);
    assertThat(he.findResource(resource(1), AnswerPatience.of(LONG), 3, voucher -> true, Wish.NONE))
        .isEmpty();
    await().until(() -> he.holdersOf(resource(1)).isEmpty());
    hers.add(item(7));
    FakeSession asking = FakeSession.to("asking");
    notJoined++;
    she.onOpened(asking, new Hello(1, "test", true));
    she.onMessage(asking, new FindContent(1, digest(1)));
    assertThat(asking.sent(ContentFound.class)).containsExactly(new ContentFound(1, List.of()));
    she.setSharing(true);
    await().until(() -> !he.holdersOf(content(7)).isEmpty());
  }

  @Test
  void theLikeliestAreAskedAndOfThoseTheNearest() throws InterruptedException {
    FakeSession far = holder("far", 30);
    FakeSession near = holder("near", 10);
    FakeSession unknown = holder("unknown", -1);
    FakeSession wrong = holder("wrong", 1);
    for (int i = 100; i < 110; i++) {
      he.noteFalseHit(wrong, content(i));
    }
    assertThat(he.holdersOf(content(1))).containsExactly(near, far, unknown, wrong);
    assertThat(he.findContent(digest(1), SHORT, 2)).isEmpty();
    await().until(() -> far.sent(FindContent.class).size() == 1);
    assertThat(near.sent(FindContent.class)).hasSize(1);
    assertThat(unknown.sent(FindContent.class)).isEmpty();
    assertThat(wrong.sent(FindContent.class)).isEmpty();
  }

  /** A peer that says it has content 1 and digests 1 and 2, and then nothing by itself. */
  private FakeSession holder(String name, long roundTripNanos) {
    FakeSession session = FakeSession.to(name);
    session.roundTripNanos = roundTripNanos;
    he.onOpened(session, new Hello(1, "test", true));
    HoldingsFilter filter = HoldingsFilter.forEntries(salt(9), 50);
    for (HoldingItem each :
        List.of(
            item(1), new HoldingItem.OfDigest(digest(1)), new HoldingItem.OfDigest(digest(2)))) {
      for (int position : filter.positions(each.keyed(salt(9)))) {
        filter.set(position);
      }
    }
    he.onMessage(session, new Holdings(0, 0, 1, salt(9), 7, filter.toBytes()));
    return session;
  }

  @Test
  void whoIsSilentIsNotAskedAgainUntilItSaysSomething() throws InterruptedException {
    FakeSession mute = holder("mute", 1);
    assertThat(he.findContent(digest(1), SHORT, 1)).isEmpty();
    await().until(() -> mute.sent(FindContent.class).size() == 1);

    assertThat(he.findContent(digest(2), LONG, 1)).isEmpty();
    assertThat(mute.sent(FindContent.class)).hasSize(1);

    he.onMessage(mute, new PeerMessage.Supports(0));
    assertThat(he.findContent(digest(2), SHORT, 1)).isEmpty();
    await().until(() -> mute.sent(FindContent.class).size() == 2);
  }

  @Test
  void whoIsSilentAboutItsPeersIsNotAskedAboutThemAgainUntilItSaysSomething()
      throws InterruptedException {
    FakeSession relay = FakeSession.to("relay");
    he.onOpened(relay, new Hello(1, "test", true));
    he.onMessage(relay, new PeerMessage.Supports(PeerMessage.Supports.TIER2));
    HoldingsFilter filter = HoldingsFilter.forEntries(salt(9), 50);
    for (int number = 1; number <= 3; number++) {
      HoldingItem wanted = new HoldingItem.OfResource(resource(number));
      for (int position : filter.positions(wanted.keyed(salt(9)))) {
        filter.set(position);
      }
    }
    Holdings ofItsPeer = new Holdings(0, 0, 1, salt(9), 7, filter.toBytes());
    he.onMessage(relay, new PeerMessage.Nearby(3, ofItsPeer));
    assertThat(findResource(1)).isEmpty();
    await().until(() -> relay.sent(PeerMessage.FindThrough.class).size() == 1);

    assertThat(findResource(2)).isEmpty();
    assertThat(relay.sent(PeerMessage.FindThrough.class)).hasSize(1);

    he.onMessage(relay, new PeerMessage.Supports(PeerMessage.Supports.TIER2));
    assertThat(findResource(3)).isEmpty();
    await().until(() -> relay.sent(PeerMessage.FindThrough.class).size() == 2);
  }

  private List<Answer<ByteString>> findResource(int number) throws InterruptedException {
    return he.findResource(
        resource(number), AnswerPatience.of(SHORT), 3, voucher -> true, Wish.NONE);
  }

  @Test
  void whoIsSilentKeepsNobodyElseFromBeingAsked() throws InterruptedException {
    FakeSession mute = holder("mute", 1);
    assertThat(he.findContent(digest(1), SHORT, 1)).isEmpty();
    await().until(() -> mute.sent(FindContent.class).size() == 1);

    FakeSession other = holder("other", 2);
    assertThat(he.findContent(digest(2), SHORT, 1)).isEmpty();
    await().until(() -> other.sent(FindContent.class).size() == 1);
    assertThat(mute.sent(FindContent.class)).hasSize(1);
  }

  @Test
  void aLateAnswerIsDroppedAndCounted() throws InterruptedException {
    FakeSession slow = holder("slow", 1);
    assertThat(he.findContent(digest(1), SHORT, 1)).isEmpty();
    await().until(() -> slow.sent(FindContent.class).size() == 1);
    int id = slow.sent(FindContent.class).getFirst().questionId();
    he.onMessage(slow, new ContentFound(id, List.of(content(1))));
    assertThat(he.status().lateAnswers()).isEqualTo(1);
    assertThat(he.holdersOf(digest(1))).as("silence is remembered").isEmpty();
  }

  @Test
  void aPeerThatGoesAwayIsNotWaitedFor() throws InterruptedException {
    FakeSession leaving = holder("leaving", 1);
    leaving.onSend =
        message -> {
          if (message instanceof FindContent) {
            he.onClosed(leaving, "gone");
          }
        };
    List<Answer<ContentId>> answers = he.findContent(digest(1), LONG, 1);
    assertThat(answers).isEmpty();
    assertThat(he.status().peers()).isZero();
    assertThat(he.status().falseHits()).isZero();
  }

  @Test
  void anAnswerOfTheWrongKindIsNone() throws InterruptedException {
    FakeSession odd = holder("odd", 1);
    odd.onSend =
        message -> {
          if (message instanceof FindContent question) {
            he.onMessage(odd, new ResourceFound(question.questionId(), List.of(VOUCHER)));
          }
        };
    assertThat(he.findContent(digest(1), LONG, 1)).isEmpty();
  }

  @Test
  void whoAsksTooMuchIsSentAway() {
    AtomicLong now = new AtomicLong();
    try (Routing bounded =
        new Routing(hers, hers, salt(1), true, UploadGate.OPEN, now::get, Duration.ofMillis(1))) {
      FakeSession flood = FakeSession.to("flood");
      bounded.onOpened(flood, new Hello(1, "test", true));
      for (int i = 0; i < PeerRoute.QUESTION_BURST; i++) {
        bounded.onMessage(flood, new FindContent(i, digest(i)));
      }
      assertThat(flood.closeReason()).isEmpty();
      now.addAndGet(Duration.ofSeconds(1).toNanos());
      for (int i = 0; i < PeerRoute.QUESTIONS_PER_SECOND; i++) {
        bounded.onMessage(flood, new FindResource(i, salt(1).sha256()));
      }
      assertThat(flood.closeReason()).isEmpty();
      bounded.onMessage(flood, new FindContent(1, digest(1)));
      assertThat(flood.closeReason()).contains("too many questions");
      assertThat(bounded.status().expelled()).isEqualTo(1);
    }
  }

  @Test
  void weNeverAskSoMuchThatWeAreSentAway() throws InterruptedException {
    AtomicLong now = new AtomicLong();
    try (Routing eager =
        new Routing(his, his, salt(2), true, UploadGate.OPEN, now::get, Duration.ofMillis(1))) {
      FakeSession session = FakeSession.to("peer");
      eager.onOpened(session, new Hello(1, "test", true));
      HoldingsFilter filter = HoldingsFilter.forEntries(salt(9), 5000);
      for (int i = 0; i < 3000; i++) {
        for (int p : filter.positions(new HoldingItem.OfDigest(digest(i)).keyed(salt(9)))) {
          filter.set(p);
        }
      }
      eager.onMessage(session, new Holdings(0, 0, 1, salt(9), 7, filter.toBytes()));
      session.onSend = message -> answer(eager, session, message);
      for (int i = 0; i < 3000; i++) {
        eager.findContent(digest(i), LONG, 1);
      }
      assertThat(eager.status().asked()).isEqualTo((long) PeerRoute.OWN_QUESTION_BURST);
      assertThat(PeerRoute.OWN_QUESTION_BURST).isLessThan(PeerRoute.QUESTION_BURST);
      assertThat(PeerRoute.OWN_QUESTIONS_PER_SECOND).isLessThan(PeerRoute.QUESTIONS_PER_SECOND);
    }
  }

  /** Of several that are asked the slower ones answer when nobody waits any more. */
  @Test
  void whoAsksMuchAndAnswersLateIsNotSentAway() throws InterruptedException {
    AtomicLong now = new AtomicLong();
    try (Routing eager =
        new Routing(his, his, salt(2), true, UploadGate.OPEN, now::get, Duration.ofMillis(1))) {
      FakeSession busy = FakeSession.to("busy");
      eager.onOpened(busy, new Hello(1, "test", true));
      for (int i = 0; i < PeerRoute.OWN_QUESTION_BURST; i++) {
        eager.onMessage(busy, new FindContent(i, digest(i)));
        eager.onMessage(busy, new ContentFound(i, List.of()));
      }
      assertThat(busy.closeReason()).isEmpty();
    }
  }

  private static void answer(Routing routing, FakeSession session, PeerMessage message) {
    if (message instanceof FindContent question) {
      routing.onMessage(session, new ContentFound(question.questionId(), List.of(content(1))));
    }
  }

  @Test
  void whoTellsTooMuchOrAnswersUnaskedIsSentAway() {
    AtomicLong now = new AtomicLong();
    try (Routing bounded =
        new Routing(hers, hers, salt(1), true, UploadGate.OPEN, now::get, Duration.ofMillis(1))) {
      FakeSession teller = FakeSession.to("teller");
      FakeSession answerer = FakeSession.to("answerer");
      bounded.onOpened(teller, new Hello(1, "test", true));
      bounded.onOpened(answerer, new Hello(1, "test", true));
      for (int i = 0; i <= PeerRoute.UPDATE_BURST; i++) {
        bounded.onMessage(teller, new Holdings(i, 0, 1, salt(9), 7, ByteString.of((byte) 1)));
      }
      for (int i = 0; i <= PeerRoute.QUESTION_BURST; i++) {
        bounded.onMessage(answerer, new ContentFound(i, List.of()));
      }
      assertThat(teller.closeReason()).contains("too many holdings messages");
      assertThat(answerer.closeReason()).contains("too many answers that nobody waits for");
    }
  }

  @Test
  void whoBreaksTheProtocolIsSentAwayWithTheReason() {
    FakeSession session = holder("odd", 1);
    he.onMessage(session, new HoldingsDelta(5, List.of(1)));
    assertThat(session.closeReason()).contains("delta generation: 5 (expected: 0)");
  }

  @Test
  void aSilentPeerHoldsUpNobodyElse() {
    FakeSession deaf = FakeSession.to("deaf");
    notJoined++;
    she.onOpened(deaf, new Hello(1, "test", true));
    deaf.close("gone, but nobody heard of it yet");
    join();
    hers.add(item(1));
    await().until(() -> !he.holdersOf(content(1)).isEmpty());
  }

  @Test
  void changesAreToldTogether() {
    AtomicLong now = new AtomicLong();
    try (Routing slow =
        new Routing(hers, hers, salt(1), true, UploadGate.OPEN, now::get, Duration.ofMillis(50))) {
      FakeSession session = FakeSession.to("peer");
      slow.onOpened(session, new Hello(1, "test", true));
      await().until(() -> !session.sent().isEmpty());
      for (int i = 0; i < 60; i++) {
        hers.add(item(i));
      }
      await().until(() -> positionsTold(session) > 300);
      assertThat(session.sent(HoldingsDelta.class)).hasSizeLessThan(10);
    }
  }

  @Test
  void whatIsToldOfOurOwnFilterIsChargedAndWithheldWhereItMayNotBeGiven() {
    AtomicLong charged = new AtomicLong();
    AtomicBoolean open = new AtomicBoolean(true);
    UploadGate gate =
        bytes -> {
          if (open.get()) {
            charged.addAndGet(bytes);
          }
          return open.get();
        };
    try (Routing limited =
        new Routing(hers, hers, salt(1), true, gate, System::nanoTime, Duration.ofMillis(1))) {
      FakeSession session = FakeSession.to("peer");
      limited.onOpened(session, new Hello(1, "test", true));
      await().until(() -> !session.sent(Holdings.class).isEmpty());
      long told = session.sent(Holdings.class).stream().mapToLong(part -> part.bits().size()).sum();
      assertThat(charged.get()).isGreaterThanOrEqualTo(told);

      open.set(false);
      limited.setSharing(false);
      // what takes our holdings back is told in any case
      await().until(() -> lastGeneration(session) > 0);
      int withdrawn = lastGeneration(session);
      long before = charged.get();
      open.set(true);
      limited.setSharing(true);
      await().until(() -> lastGeneration(session) > withdrawn);
      assertThat(charged.get()).isGreaterThan(before);
    }
  }

  private static int lastGeneration(FakeSession session) {
    return session.sent(Holdings.class).getLast().generation();
  }

  private static int positionsTold(FakeSession session) {
    return session.sent(HoldingsDelta.class).stream().mapToInt(d -> d.positions().size()).sum();
  }

  @Test
  void messagesOfOthersAndOfUnknownSessionsAreLeftAlone() {
    FakeSession session = holder("peer", 1);
    he.onMessage(session, new PeerMessage.Ping(1));
    FakeSession stranger = FakeSession.to("stranger");
    he.onMessage(stranger, new FindContent(1, digest(1)));
    he.onClosed(stranger, "bye");
    assertThat(stranger.sent()).isEmpty();
    assertThat(session.isOpen()).isTrue();
  }
}
