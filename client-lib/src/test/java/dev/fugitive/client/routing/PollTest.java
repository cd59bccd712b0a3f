package dev.fugitive.client.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PollTest {
  private static final FakeSession A = FakeSession.to("a");
  private static final FakeSession B = FakeSession.to("b");

  private final AtomicLong nowNanos = new AtomicLong(1000);
  private final Poll<String> poll =
      new Poll<>(List.of(A, B), value -> !value.equals("useless"), 100, nowNanos::get);

  @Test
  void itEndsWhenAllHaveAnswered() throws InterruptedException {
    poll.answered(A, List.of("x"));
    poll.answered(B, List.of());
    Poll.Outcome<String> outcome = poll.await();
    assertThat(outcome.values(A)).containsExactly("x");
    assertThat(outcome.isMiss(A)).isFalse();
    assertThat(outcome.isMiss(B)).isTrue();
  }

  @Test
  void atTheTimeoutSilenceIsAMiss() throws InterruptedException {
    poll.answered(A, List.of());
    nowNanos.addAndGet(100);
    Poll.Outcome<String> outcome = poll.await();
    assertThat(outcome.isMiss(A)).isTrue();
    assertThat(outcome.isMiss(B)).isTrue();
  }

  @Test
  void aUsefulAnswerGivesTheOthersAsLongAgain() throws InterruptedException {
    nowNanos.addAndGet(30);
    poll.answered(A, List.of("x"));
    nowNanos.addAndGet(30);
    Poll.Outcome<String> outcome = poll.await();
    assertThat(outcome.values(A)).containsExactly("x");
    assertThat(outcome.isMiss(B)).as("it was not given all its time").isFalse();
  }

  @Test
  void anAnswerThatDoesNotCountLeavesTheOthersTheirTime() throws InterruptedException {
    nowNanos.addAndGet(1);
    poll.answered(A, List.of("useless"));
    nowNanos.addAndGet(30);
    poll.answered(B, List.of("x"));
    Poll.Outcome<String> outcome = poll.await();
    assertThat(outcome.values(A)).containsExactly("useless");
    assertThat(outcome.values(B)).containsExactly("x");
  }

  @Test
  void whoCannotAnswerIsNotWaitedForAndNotBlamed() throws InterruptedException {
    poll.unanswerable(A);
    poll.unanswerable(B);
    Poll.Outcome<String> outcome = poll.await();
    assertThat(outcome.isMiss(A)).isFalse();
    assertThat(outcome.answers()).isEmpty();
  }

  @Test
  void whatIsComingIsWaitedForLonger() throws InterruptedException {
    poll.coming(A, 500);
    poll.answered(B, List.of());
    nowNanos.addAndGet(400);
    poll.answered(A, List.of("x"));
    Poll.Outcome<String> outcome = poll.await();
    assertThat(outcome.values(A)).containsExactly("x");
    assertThat(outcome.isMiss(B)).isTrue();
  }

  @Test
  void whatIsComingIsNotWaitedForWhereAnotherHasIt() throws InterruptedException {
    poll.coming(A, 500);
    nowNanos.addAndGet(10);
    poll.answered(B, List.of("x"));
    nowNanos.addAndGet(10);
    Poll.Outcome<String> outcome = poll.await();
    assertThat(outcome.values(B)).containsExactly("x");
    assertThat(outcome.isMiss(A)).isFalse();
  }

  @Test
  void whatDoesNotComeInTimeIsNoMissAndNobodysSilence() throws InterruptedException {
    poll.coming(A, 500);
    poll.coming(B, 0);
    nowNanos.addAndGet(500);
    Poll.Outcome<String> outcome = poll.await();
    assertThat(outcome.isMiss(A)).isFalse();
    assertThat(outcome.silent()).isEmpty();
    poll.answered(A, List.of("late"));
    assertThat(poll.await().answers()).isEmpty();
  }

  @Test
  void whoPromisesHoldsUpNobodysSilence() throws InterruptedException {
    poll.coming(A, 500);
    nowNanos.addAndGet(200);
    poll.unanswerable(A);
    assertThat(poll.await().silent()).containsExactly(B);
  }

  @Test
  void whoNoLongerWantsTheAnswersWaitsForNobody() throws InterruptedException {
    poll.coming(A, Long.MAX_VALUE);
    poll.end();
    Poll.Outcome<String> outcome = poll.await();
    assertThat(outcome.silent()).isEmpty();
    assertThat(outcome.isMiss(B)).isFalse();
  }

  @Test
  void onlyTheFirstAnswerOfAPeerCountsAndOnlyOfThoseAsked() throws InterruptedException {
    poll.answered(A, List.of("x"));
    poll.answered(A, List.of("y"));
    poll.answered(FakeSession.to("c"), List.of("z"));
    poll.answered(B, List.of("b"));
    Poll.Outcome<String> outcome = poll.await();
    assertThat(outcome.values(A)).containsExactly("x");
    assertThat(outcome.answers()).hasSize(2);
  }
}
