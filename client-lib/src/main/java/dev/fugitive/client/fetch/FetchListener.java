package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.RequestHead;

/**
 * Hears what happens to each fetch of a node, or to those of one request ({@link
 * FetchOptions#withListener}); metrics, dashboard, access log and progress bars are listeners. It
 * is called on the threads that carry the fetches, several at a time; it must be fast and must not
 * throw.
 *
 * <pre>
 * fetchStart
 *   phaseStart         again and again until the head is known: what the fetch waits for now
 *   responseReady      the head is known, the body is about to be read; absent where the fetch fails before
 *     bodyProgress     again and again while a long body is read
 * fetchEnd             once for each start: the body was read to its end, was closed early, or failed
 * </pre>
 */
public interface FetchListener {
  /** A listener that hears nothing. */
  FetchListener NONE = new FetchListener() {};

  /** After so many more body bytes at the least a listener is told of progress. */
  long PROGRESS_BYTES = 256 * 1024;

  /**
   * Makes one listener of two.
   *
   * @param one is told first
   * @param other is told next
   * @return tells both
   */
  static FetchListener both(FetchListener one, FetchListener other) {
    if (one == NONE || other == NONE) {
      return one == NONE ? other : one;
    }
    return new FetchListener() {
      @Override
      public void fetchStart(long fetchId, RequestHead request) {
        one.fetchStart(fetchId, request);
        other.fetchStart(fetchId, request);
      }

      @Override
      public void phaseStart(long fetchId, FetchPhase phase) {
        one.phaseStart(fetchId, phase);
        other.phaseStart(fetchId, phase);
      }

      @Override
      public void responseReady(long fetchId, int status) {
        one.responseReady(fetchId, status);
        other.responseReady(fetchId, status);
      }

      @Override
      public void bodyProgress(long fetchId, FetchProgress progress) {
        one.bodyProgress(fetchId, progress);
        other.bodyProgress(fetchId, progress);
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
   * @param request its head as it entered
   */
  default void fetchStart(long fetchId, RequestHead request) {}

  /**
   * It waits for something else from now on. {@link FetchPhase#LOOKUP} begins with the fetch,
   * {@link FetchPhase#BODY} with its response; neither is told apart.
   *
   * @param fetchId as at its start
   * @param phase what it is at now
   */
  default void phaseStart(long fetchId, FetchPhase phase) {}

  /**
   * Its response has a head.
   *
   * @param fetchId as at its start
   * @param status the response's code
   */
  default void responseReady(long fetchId, int status) {}

  /**
   * The reader has got another {@value #PROGRESS_BYTES} bytes of its body or somewhat more; a
   * shorter body has no progress.
   *
   * @param fetchId as at its start
   * @param progress how far it has come
   */
  default void bodyProgress(long fetchId, FetchProgress progress) {}

  /**
   * It is over.
   *
   * @param fetchId as at its start
   * @param summary what became of it
   */
  default void fetchEnd(long fetchId, FetchSummary summary) {}
}
