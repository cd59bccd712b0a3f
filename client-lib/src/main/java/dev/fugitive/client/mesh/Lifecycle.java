package dev.fugitive.client.mesh;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How far one session is, from its link's opening to its end, and what ended it. Safe for use by
 * several threads.
 */
final class Lifecycle {
  private final CompletableFuture<Boolean> admission = new CompletableFuture<>();
  private final AtomicReference<@Nullable String> endReason = new AtomicReference<>();
  private final CountDownLatch linkClosed = new CountDownLatch(1);
  private volatile @Nullable String linkReason;
  private volatile boolean linkOpened;

  void linkOpened() {
    linkOpened = true;
  }

  /** The transport has closed the link. */
  void linkClosed(String reason) {
    linkReason = reason;
    admission.complete(false);
    linkClosed.countDown();
  }

  /** Whether the link carries words. */
  boolean isLinkOpen() {
    return linkOpened && linkReason == null;
  }

  void awaitLinkClosed(long atMostMillis) throws InterruptedException {
    var unused = linkClosed.await(atMostMillis, TimeUnit.MILLISECONDS);
  }

  /** The mesh has a place for this session. */
  void admit() {
    admission.complete(true);
  }

  /** Waits until the mesh has a place for this session; false where it ends before. */
  boolean awaitAdmission() throws InterruptedException, ExecutionException {
    return admission.get();
  }

  /** We or the peer end the session; false where somebody has before. */
  boolean end(String reason) {
    boolean first = endReason.compareAndSet(null, reason);
    admission.complete(false);
    return first;
  }

  /** Why we or the peer ended the session; null before. */
  @Nullable String endReason() {
    return endReason.get();
  }

  /** Whether messages can be sent. */
  boolean isOpen() {
    return admission.getNow(false) && endReason.get() == null && linkReason == null;
  }

  /** What ended the session: our own reason or the peer's farewell, before that of the link. */
  String reason() {
    String reason = endReason.get();
    String ofLink = linkReason;
    return reason != null ? reason : ofLink != null ? ofLink : "closed";
  }
}
