package dev.fugitive.client.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The account of what waits to be sent is right, bounded, and notices a stall. */
final class SendQueueTest {
  private static final int MIB = 1024 * 1024;
  private static final long SECOND = 1_000_000_000L;

  private final SendQueue queue = new SendQueue(4 * MIB, 10_000);

  @Test
  void theNativeSideGetsNoMoreThanItsMarkBeforeItIsAsked() throws IOException {
    fill(3);
    assertThat(queue.next(0)).hasSize(MIB);
    assertThat(queue.next(0)).isNull();
    assertThat(queue.queuedBytes()).isEqualTo(3L * MIB);
    queue.polled(0, 0);
    assertThat(queue.queuedBytes()).isEqualTo(2L * MIB);
    assertThat(queue.next(0)).hasSize(MIB);
  }

  @Test
  void aSenderAboveTheMarkWaitsUntilBytesHaveLeft() throws Exception {
    fill(4);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Boolean> sent = threads.submit(() -> put(1));
      queue.next(0);
      assertThat(sent.isDone()).isFalse();
      queue.polled(MIB - 1, 0);
      assertThat(sent.get(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aSenderThatWaitsIsLetGoByClosing() throws Exception {
    fill(4);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Boolean> sent = threads.submit(() -> put(1));
      queue.close("gone");
      assertThatThrownBy(() -> sent.get(30, TimeUnit.SECONDS))
          .hasRootCauseInstanceOf(IOException.class)
          .hasRootCauseMessage("link is closed: gone");
    }
    assertThat(queue.queuedBytes()).isZero();
  }

  @Test
  void aSenderThatWaitsCanBeInterrupted() throws Exception {
    fill(4);
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    Future<Boolean> sent = threads.submit(() -> put(1));
    threads.shutdownNow();
    assertThatThrownBy(() -> sent.get(30, TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(InterruptedIOException.class);
  }

  @Test
  void noProgressAboveTheMarkIsAStall() throws IOException {
    fill(4);
    queue.next(5 * SECOND);
    queue.polled(MIB, 6 * SECOND);
    assertThat(queue.stalled(14 * SECOND)).isFalse();
    assertThat(queue.stalled(15 * SECOND)).isTrue();
    queue.polled(MIB - 1, 16 * SECOND);
    assertThat(queue.stalled(16 * SECOND)).isFalse();
  }

  @Test
  void noProgressBelowTheMarkIsNone() throws IOException {
    fill(1);
    queue.next(0);
    queue.polled(MIB, SECOND);
    assertThat(queue.stalled(100 * SECOND)).isFalse();
  }

  private void fill(int frames) throws IOException {
    for (int i = 0; i < frames; i++) {
      queue.put(new byte[MIB]);
    }
  }

  private boolean put(int lengthBytes) throws IOException {
    queue.put(new byte[lengthBytes]);
    return true;
  }
}
