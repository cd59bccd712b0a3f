package dev.fugitive.proxy.control.live;

import dev.fugitive.client.fetch.NodeStatus;
import dev.fugitive.client.fetch.PeerStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a node once a second, and remembers what it saw: what flowed from where, and how fast it
 * is with each peer. One thread looks; anybody may ask.
 */
public final class LiveView implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LiveView.class);

  /** The days' figures are written once in so many seconds. */
  private static final int SAVE_SECONDS = 20;

  private static final int CLOSE_SECONDS = 5;

  private final Supplier<NodeStatus> node;
  private final FlowCounter counter;
  private final InstantSource clock;
  private final FlowDays days;
  private final FlowHistory history;
  private final PeerRates rates = new PeerRates();
  private final ScheduledExecutorService sampler =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("live-view").factory());

  /** The sampler's own. */
  private int untilSave = SAVE_SECONDS;

  private LiveView(
      Supplier<NodeStatus> node, FlowCounter counter, Path daysFile, InstantSource clock) {
    this.node = node;
    this.counter = counter;
    this.clock = clock;
    this.days = FlowDays.open(daysFile);
    this.history = new FlowHistory(total(node.get()));
  }

  /**
   * Begins to look.
   *
   * @param counter hears of the node's fetches
   * @param daysFile keeps what flowed on each day
   */
  public static LiveView start(
      Supplier<NodeStatus> node, FlowCounter counter, Path daysFile, InstantSource clock) {
    LiveView view = new LiveView(node, counter, daysFile, clock);
    var unused = view.sampler.scheduleAtFixedRate(view::look, 1, 1, TimeUnit.SECONDS);
    return view;
  }

  private void look() {
    try {
      NodeStatus status = node.get();
      note(status);
      if (status.peers() instanceof PeerStatus.On on) {
        rates.sample(on.mesh().peers(), System.nanoTime());
      }
      if (--untilSave <= 0) {
        untilSave = SAVE_SECONDS;
        days.save();
      }
    } catch (IOException unwritten) {
      LOG.warn("the day's figures are not written: {}", unwritten.getMessage());
    } catch (RuntimeException failure) {
      LOG.warn("a look at the node failed", failure);
    }
  }

  private void note(NodeStatus status) {
    days.add(today(), history.sample(total(status)));
  }

  private LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), ZoneId.systemDefault());
  }

  private Flow total(NodeStatus status) {
    long sent = status.peers() instanceof PeerStatus.On on ? on.uploads().plainBytes() : 0;
    return Flow.of(counter::bytes, sent);
  }

  /** How fast it is with each peer. */
  public PeerRates rates() {
    return rates;
  }

  /** What flowed in each of the last seconds, the latest last. */
  public List<Flow> seconds() {
    return history.seconds();
  }

  /** Bytes a second, now. */
  public Flow perSecondNow() {
    return history.perSecondNow();
  }

  /** What flowed today. */
  public Flow flowedToday() {
    return days.on(today());
  }

  /** What flowed in this month of the calendar. */
  public Flow flowedThisMonth() {
    return days.in(YearMonth.from(today()));
  }

  /** Looks a last time and writes the day's figures. */
  @Override
  public void close() {
    sampler.shutdown();
    try {
      if (!sampler.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("the live view still looks after {} s", CLOSE_SECONDS);
        return;
      }
      note(node.get());
      days.save();
    } catch (IOException unwritten) {
      LOG.warn("the day's figures are not written: {}", unwritten.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
