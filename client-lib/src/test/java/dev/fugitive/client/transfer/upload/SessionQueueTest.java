package dev.fugitive.client.transfer.upload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.transfer.upload.SessionQueue.Frame;
import dev.fugitive.client.wire.PeerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import okio.ByteString;
import org.junit.jupiter.api.Test;

/** Chunks leave in the order in which they were asked for, in frames that every peer shares. */
class SessionQueueTest {
  private final SessionQueue queue = new SessionQueue();
  private final Transfer first = transfer(1);
  private final Transfer second = transfer(2);

  @Test
  void framesEndAtMultiplesOfTheirSize() {
    queue.enqueue(first, 2, 13);
    assertThat(drain()).containsExactly("1:2-3", "1:4-7", "1:8-11", "1:12-12");
  }

  @Test
  void requestsThatFollowOnEachOtherAreOne() {
    for (int i = 0; i < 8; i++) {
      queue.enqueue(first, i, i + 1);
    }
    assertThat(drain()).containsExactly("1:0-3", "1:4-7");
  }

  @Test
  void theOrderOfRequestsIsKept() {
    queue.enqueue(first, 8, 10);
    queue.enqueue(second, 0, 1);
    queue.enqueue(first, 0, 2);
    assertThat(drain()).containsExactly("1:8-9", "2:0-0", "1:0-1");
  }

  @Test
  void whatIsCancelledDoesNotLeave() {
    queue.enqueue(first, 0, 12);
    queue.enqueue(second, 0, 4);
    queue.cancel(first, 3, 9);
    assertThat(drain()).containsExactly("1:0-2", "1:9-11", "2:0-3");
  }

  @Property(tries = 500, seed = "2026")
  void theQueueIsTheListOfItsChunks(@ForAll long seed) {
    SessionQueue actual = new SessionQueue();
    actual.add(first);
    List<Integer> model = new ArrayList<>();
    Random random = new Random(seed);
    for (int step = 0; step < 60; step++) {
      int from = random.nextInt(40);
      int until = from + 1 + random.nextInt(10);
      switch (random.nextInt(3)) {
        case 0 -> {
          actual.enqueue(first, from, until);
          for (int i = from; i < until; i++) {
            model.add(i);
          }
        }
        case 1 -> {
          actual.cancel(first, from, until);
          model.removeIf(chunk -> chunk >= from && chunk < until);
        }
        default ->
            actual
                .peekFrame()
                .ifPresent(frame -> {
                  actual.take(frame);
                  for (int i = 0; i < frame.chunkCount(); i++) {
                    assertThat(model.removeFirst()).isEqualTo(frame.firstChunk() + i);
                  }
                });
      }
      actual.checkInvariant();
      assertThat(actual.queuedBytes()).isEqualTo((long) model.size() * ContentId.CHUNK_BYTES);
    }
    actual.cancel(first, 0, 100);
  }

  private List<String> drain() {
    List<String> frames = new ArrayList<>();
    for (Optional<Frame> next = queue.peekFrame(); next.isPresent(); next = queue.peekFrame()) {
      Frame frame = next.get();
      queue.take(frame);
      frames.add(
          "%d:%d-%d"
              .formatted(
                  frame.transfer().id,
                  frame.firstChunk(),
                  frame.firstChunk() + frame.chunkCount() - 1));
    }
    return frames;
  }

  private Transfer transfer(int id) {
    ContentId content = new ContentId(ByteString.of(new byte[32]).sha256(), 100L << 14);
    Transfer transfer = Transfer.of(id, new PeerMessage.Open(id, content), 0);
    queue.add(transfer);
    return transfer;
  }
}
