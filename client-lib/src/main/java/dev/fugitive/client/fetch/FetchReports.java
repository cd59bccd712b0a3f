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
    AtomicLong alone = new AtomicLong();
    return start(request, source, () -> FetchEnd.Proof.NONE, () -> alone, FetchListener.NONE);
  }

  /**
   * A request enters the path.
   *
   * @param source asked at the end: where the bytes came from
   * @param proof asked at the end: what states which they are
   * @param furthest asked as the body is read: how far all its readers have come
   * @param programs hears of this request alone
   */
  FetchEnd start(
      RequestHead request,
      Supplier<FugitiveSource> source,
      Supplier<FetchEnd.Proof> proof,
      Supplier<AtomicLong> furthest,
      FetchListener programs) {
    FetchListener ears = FetchListener.both(listener, programs);
    long id = lastFetchId.incrementAndGet();
    FetchEnd end = new FetchEnd(id, request, source, proof, furthest, ears, clock);
    ears.fetchStart(id, request);
    return end;
  }
}
