package dev.fugitive.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A connection's one time limit, on a clock that the test moves. */
final class DeadlineTest {
  private final MockTicker ticker = Ticker.newMockTicker();
  private final EmbeddedChannel channel = EmbeddedChannel.builder().ticker(ticker).build();
  private final Deadline deadline = new Deadline(channel.eventLoop());
  private final List<String> ran = new ArrayList<>();

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private void set(String name, long millis) {
    deadline.set(millis, () -> ran.add(name));
  }

  private void pass(long millis) {
    ticker.advance(millis, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
  }

  @Test
  void whatIsSetRunsOnceWhenItsTimeHasCome() {
    set("idle", 100);
    pass(99);
    assertThat(ran).isEmpty();
    pass(1);
    assertThat(ran).containsExactly("idle");
    pass(1_000);
    assertThat(ran).containsExactly("idle");
  }

  @Test
  void aShorterLimitTakesThePlaceOfALongerOne() {
    set("idle", 1_000);
    set("head", 10);
    pass(10);
    assertThat(ran).containsExactly("head");
    pass(2_000);
    assertThat(ran).containsExactly("head");
  }

  @Test
  void aLongerLimitIsNotCutShortByTheTimerOfAShorterOne() {
    set("head", 10);
    set("idle", 1_000);
    pass(10);
    pass(989);
    assertThat(ran).isEmpty();
    pass(1);
    assertThat(ran).containsExactly("idle");
  }

  @Test
  void aLimitThatWasLiftedNeverRuns() {
    set("head", 10);
    deadline.clear();
    pass(10);
    assertThat(ran).isEmpty();
    set("idle", 20);
    pass(20);
    assertThat(ran).containsExactly("idle");
  }

  @Test
  void afterItsEndNoTimerIsLeft() {
    set("idle", 10);
    deadline.end();
    assertThat(channel.runScheduledPendingTasks()).isEqualTo(-1);
    pass(10);
    assertThat(ran).isEmpty();
  }

  @Test
  void whatRunsMaySetTheNextLimit() {
    deadline.set(10, () -> set("linger", 5));
    pass(10);
    pass(5);
    assertThat(ran).containsExactly("linger");
  }
}
