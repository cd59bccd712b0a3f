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
