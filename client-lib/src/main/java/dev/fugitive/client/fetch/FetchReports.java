package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.client.trust.FugitiveSource;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Numbers the fetches of a node and tells its listener how each begins and ends. */
final class FetchReports {
  private final FetchListener listener;
  private final InstantSource clock;
  private final AtomicLong lastFetchId = new AtomicLong();

  FetchReports(FetchListener listener, InstantSource clock) {
    this.listener = listener;
    this.clock = clock;
  }

  /**
   * A request enters the path.
   *
   * @param source asked at the end: where the bytes came from
   */
  FetchEnd start(RequestHead request, Supplier<FugitiveSource> source) {
    return start(request, source, () -> FetchEnd.Proof.NONE, FetchListener.NONE);
  }

  /**
   * A request enters the path.
   *
   * @param source asked at the end: where the bytes came from
   * @param proof asked at the end: what states which they are
   * @param programs hears of this request alone
   */
  FetchEnd start(
      RequestHead request,
      Supplier<FugitiveSource> source,
      Supplier<FetchEnd.Proof> proof,
      FetchListener programs) {
    FetchListener ears = FetchListener.both(listener, programs);
    FetchEnd end = new FetchEnd(lastFetchId.incrementAndGet(), request, source, proof, ears, clock);
    ears.fetchStart(end.fetchId(), request);
    return end;
  }
}
