package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CancellationTest {
  private final Cancellation cancellation = new Cancellation();
  private final List<String> ran = new ArrayList<>();

  @Test
  void anActionRunsOnceHoweverOftenItIsCancelled() {
    cancellation.onCancel(() -> ran.add("a"));
    cancellation.cancel();
    cancellation.cancel();

    assertThat(ran).containsExactly("a");
  }

  @Test
  void anActionThatComesLateRunsAtOnce() {
    cancellation.cancel();
    cancellation.onCancel(() -> ran.add("a"));

    assertThat(ran).containsExactly("a");
  }

  @Test
  void whatIsTakenBackIsForgotten() {
    for (int i = 0; i < 1000; i++) {
      cancellation.onCancel(() -> ran.add("a")).close();
    }

    assertThat(cancellation.registered()).isZero();
    cancellation.cancel();
    assertThat(ran).isEmpty();
  }

  @Test
  void whoWaitsIsToldOfTheCancelling() {
    cancellation.cancel();

    assertThatThrownBy(() -> cancellation.await(new CompletableFuture<>(), Duration.ofSeconds(10)))
        .isInstanceOf(IOException.class)
        .hasMessage("Canceled");
  }
}
