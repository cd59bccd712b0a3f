package dev.fugitive.cache.index;

import static dev.fugitive.cache.index.Responses.content;
import static dev.fugitive.cache.index.Responses.key;
import static dev.fugitive.cache.index.Responses.response;
import static dev.fugitive.cache.index.Responses.variant;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.http.StoredResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every index promises. */
abstract class RepresentationIndexContract {
  RepresentationIndex index;

  abstract RepresentationIndex open() throws IOException;

  /** Waits until removals of contents have been made. */
  void settle() throws IOException {
    index.remove(key(-1));
  }

  @BeforeEach
  final void openIndex() throws IOException {
    index = open();
  }

  @AfterEach
  final void closeIndex() {
    index.close();
  }

  @Test
  void whatWasPutIsFoundByItsKey() throws IOException {
    index.put(response(1, 1));
    assertThat(index.get(key(1))).containsExactly(response(1, 1));
    assertThat(index.get(key(2))).isEmpty();
  }

  @Test
  void aResponseOfTheSameVariantIsReplaced() throws IOException {
    index.put(response(1, 1));
    index.put(response(1, 2));
    assertThat(index.get(key(1))).containsExactly(response(1, 2));
  }

  @Test
  void variantsAreKeptLatestFirstWithinTheirBound() throws IOException {
    for (int i = 0; i < RepresentationIndex.MAX_VARIANTS + 3; i++) {
      index.put(variant(1, "coding" + i, 1));
    }
    List<StoredResponse> variants = index.get(key(1));
    assertThat(variants).hasSize(RepresentationIndex.MAX_VARIANTS);
    assertThat(variants.getFirst()).isEqualTo(variant(1, "coding34", 1));
    assertThat(variants.getLast()).isEqualTo(variant(1, "coding3", 1));
  }

  @Test
  void whatWasRemovedIsGone() throws IOException {
    index.put(response(1, 1));
    index.put(response(2, 1));
    index.remove(key(1));
    assertThat(index.get(key(1))).isEmpty();
    assertThat(index.find(content(1))).isEmpty();
    assertThat(index.get(key(2))).containsExactly(response(2, 1));
  }

  @Test
  void responsesAreFoundByTheirContent() throws IOException {
    index.put(variant(1, "a", 1, content(7)));
    index.put(variant(1, "b", 1, content(8)));
    index.put(variant(2, "a", 1, content(7)));
    assertThat(index.find(content(7)))
        .containsExactlyInAnyOrder(variant(1, "a", 1, content(7)), variant(2, "a", 1, content(7)));
    assertThat(index.find(content(9))).isEmpty();
  }

  @Test
  void aContentThatIsGoneTakesItsResponsesAlong() throws IOException {
    index.put(variant(1, "a", 1, content(7)));
    index.put(variant(1, "b", 1, content(8)));
    index.put(variant(2, "a", 1, content(7)));
    index.removeContent(content(7));
    settle();
    assertThat(index.get(key(1))).containsExactly(variant(1, "b", 1, content(8)));
    assertThat(index.get(key(2))).isEmpty();
    assertThat(index.find(content(7))).isEmpty();
    assertThat(index.status().resources()).isEqualTo(1);
  }

  @Test
  void aContentOfManyResourcesIsFoundAndRemoved() throws IOException {
    for (int i = 0; i < 100; i++) {
      index.put(variant(i, "a", 1, content(0)));
    }
    assertThat(index.find(content(0))).hasSize(RepresentationIndex.MAX_FOUND);
    index.remove(key(3));
    index.removeContent(content(0));
    settle();
    assertThat(index.status().resources()).isZero();
    assertThat(index.find(content(0))).isEmpty();
  }

  @Test
  void aContentThatWasReplacedNoLongerFindsTheResponse() throws IOException {
    index.put(variant(1, "a", 1, content(7)));
    index.put(variant(1, "a", 2, content(8)));
    assertThat(index.find(content(7))).isEmpty();
    index.removeContent(content(7));
    settle();
    assertThat(index.get(key(1))).containsExactly(variant(1, "a", 2, content(8)));
  }

  @Test
  void aVoucherIsKeptBesideItsResponse() throws IOException {
    ByteString voucher = ByteString.of(new byte[StoredResponse.MAX_VOUCHER_BYTES]);
    index.put(response(1, 1).withVoucher(voucher));
    assertThat(index.get(key(1)).getFirst().voucher()).contains(voucher);
  }

  @Test
  void theLimitHoldsHoweverMuchIsPut() throws IOException {
    ByteString voucher = ByteString.of(new byte[8 * 1024]);
    for (int i = 0; i < 1000; i++) {
      index.put(response(i, 1).withVoucher(voucher));
      assertThat(index.status().bytes()).isLessThanOrEqualTo(index.status().limitBytes());
    }
    assertThat(index.status().evictedResources())
        .isEqualTo(1000 - index.status().resources())
        .isPositive();
  }

  @Test
  void threadsThatPutAndRemoveLeaveEachResourceInItsLastState()
      throws InterruptedException, ExecutionException {
    int threads = 8;
    List<Future<?>> running = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int thread = 0; thread < threads; thread++) {
        int own = thread;
        running.add(
            executor.submit(() -> {
              for (int i = 0; i < 100; i++) {
                index.put(response(own, i));
                index.put(variant(1000, "coding" + own, i));
                assertThat(index.get(key(own))).containsExactly(response(own, i));
                index.get(key((own + 1) % threads));
              }
              index.remove(key(own));
              index.put(response(own, -1));
              return null;
            }));
      }
      for (Future<?> one : running) {
        one.get();
      }
    }
    for (int i = 0; i < threads; i++) {
      assertThat(index.get(key(i))).containsExactly(response(i, -1));
    }
    assertThat(index.get(key(1000)))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, threads).mapToObj(i -> variant(1000, "coding" + i, 99)).toList());
  }
}
