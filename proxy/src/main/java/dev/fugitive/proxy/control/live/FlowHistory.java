package dev.fugitive.proxy.control.live;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What flowed in each of the last seconds. Its time is the sampler's: one sample a second, however
 * late. Safe for use by several threads.
 */
public final class FlowHistory {
  /** Seconds that are kept. */
  public static final int SECONDS = 300;

  /** Over so many seconds what flows now is averaged. */
  private static final int NOW_SECONDS = 3;

  @GuardedBy("this")
  private final Deque<Flow> perSecond = new ArrayDeque<>();

  @GuardedBy("this")
  private Flow last;

  /**
   * @param total so far
   */
  public FlowHistory(Flow total) {
    this.last = total;
  }

  /**
   * A second has passed.
   *
   * @param total so far
   * @return what flowed in it
   */
  public synchronized Flow sample(Flow total) {
    Flow flowed = total.minus(last);
    last = total;
    perSecond.addLast(flowed);
    if (perSecond.size() > SECONDS) {
      perSecond.removeFirst();
    }
    return flowed;
  }

  /** Each second, the latest last. */
  public synchronized List<Flow> seconds() {
    return List.copyOf(perSecond);
  }

  /** Bytes a second, now. */
  public synchronized Flow perSecondNow() {
    int counted = Math.min(NOW_SECONDS, perSecond.size());
    if (counted == 0) {
      return Flow.NONE;
    }
    Flow sum = perSecond.stream().skip(perSecond.size() - counted).reduce(Flow.NONE, Flow::plus);
    return Flow.of(place -> sum.from(place) / counted, sum.sentBytes() / counted);
  }
}
