package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.RequestHead;

/**
 * Hears what happens to each fetch; metrics, dashboard and access log are listeners. It is called
 * on the threads that carry the fetches, several at a time; it must be fast and must not throw.
 *
 * <pre>
 * fetchStart
 *   responseReady      the head is known, the body is about to be read; absent where the fetch fails before
 * fetchEnd             once for each start: the body was read to its end, was closed early, or failed
 * </pre>
 */
public interface FetchListener {
  /** A listener that hears nothing. */
  FetchListener NONE = new FetchListener() {};

  /** A listener that tells two others, in this order. */
  static FetchListener both(FetchListener one, FetchListener other) {
    return new FetchListener() {
      @Override
      public void fetchStart(long fetchId, RequestHead request) {
        one.fetchStart(fetchId, request);
        other.fetchStart(fetchId, request);
      }

      @Override
      public void responseReady(long fetchId, int status) {
        one.responseReady(fetchId, status);
        other.responseReady(fetchId, status);
      }

      @Override
      public void fetchEnd(long fetchId, FetchSummary summary) {
        one.fetchEnd(fetchId, summary);
        other.fetchEnd(fetchId, summary);
      }
    };
  }

  /**
   * A request enters the path; a call that follows redirects has one fetch for each.
   *
   * @param fetchId names the fetch from start to end; never used again by this node
   */
  default void fetchStart(long fetchId, RequestHead request) {}

  /**
   * Its response has a head.
   *
   * @param fetchId as at its start
   * @param status the response's code
   */
  default void responseReady(long fetchId, int status) {}

  /**
   * It is over.
   *
   * @param fetchId as at its start
   * @param summary what became of it
   */
  default void fetchEnd(long fetchId, FetchSummary summary) {}
}
