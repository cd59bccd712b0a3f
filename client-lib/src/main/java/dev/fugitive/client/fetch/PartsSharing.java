package dev.fugitive.client.fetch;

import dev.fugitive.client.trust.SharingDecision;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether what is put together of parts may be given to peers: only as far as each part that came
 * may. It is narrowed before a part's first byte is kept, and never widened.
 */
final class PartsSharing {
  private final AtomicReference<SharingDecision> decision =
      new AtomicReference<>(new SharingDecision.Shareable(true));

  /** Another part comes. */
  void narrow(SharingDecision ofPart) {
    decision.accumulateAndGet(ofPart, SharingDecision::and);
  }

  /** What holds for all parts so far. */
  SharingDecision decision() {
    return decision.get();
  }
}
