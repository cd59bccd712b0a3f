package dev.fugitive.client.transport;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network in memory, over which links run with delay, rates, queues and loss.
 *
 * <h2>The model</h2>
 *
 * A frame waits in its link until the sending host's {@link HostUplink} takes it (round robin over
 * the host's links, one frame at a time, as long as its length takes at the uplink's rate), travels
 * for the path's delay, and waits before the receiving host's {@link HostDownlink}. The path may
 * lose it, and the downlink drops it where its queue is full; in both cases it is sent again one
 * round trip later, through the uplink, and the frames behind it wait at the receiver: so the pipe
 * stays reliable and ordered, and loss costs what it costs on a real path without a congestion
 * controller: time and sent bytes. A link has at most {@link MemoryLink#WINDOW_BYTES} on the way.
 *
 * <h2>Threads</h2>
 *
 * One lock guards all state of a network, its hosts and its links. What happens later is a step on
 * the {@link Scheduler}; a step changes state under the lock, and calls the listeners after it has
 * let go of the lock. So listeners are called on the scheduler's thread alone, and with {@link
 * VirtualTime} and one seed every run is the same.
 */
public final class MemoryNetwork {
  private static final Logger LOG = LoggerFactory.getLogger(MemoryNetwork.class);

  private record Hosts(MemoryTransport from, MemoryTransport to) {}

  final ReentrantLock lock = new ReentrantLock();

  private final Scheduler scheduler;
  private final PathConditions defaultConditions;

  private final Random losses;

  private final Map<Hosts, PathConditions> conditions = new HashMap<>();

  private final Map<Long, MemoryLink> links = new HashMap<>();

  private final List<Runnable> calls = new ArrayList<>();

  private long linksMade;

  public MemoryNetwork(Scheduler scheduler, PathConditions defaultConditions, long seed) {
    this.scheduler = scheduler;
    this.defaultConditions = defaultConditions;
    this.losses = new Random(seed);
  }

  /** Adds a host. */
  public MemoryTransport join(HostRates rates) {
    return new MemoryTransport(this, rates);
  }

  /** Says what lies between two hosts, both ways, from now on. */
  public void path(MemoryTransport one, MemoryTransport other, PathConditions between) {
    lock.lock();
    try {
      conditions.put(new Hosts(one, other), between);
      conditions.put(new Hosts(other, one), between);
    } finally {
      lock.unlock();
    }
  }

  PathConditions between(MemoryTransport from, MemoryTransport to) {
    return conditions.getOrDefault(new Hosts(from, to), defaultConditions);
  }

  boolean losesNext(PathConditions path) {
    return path.loss() > 0 && losses.nextDouble() < path.loss();
  }

  long register(MemoryLink link) {
    long number = linksMade++;
    links.put(number, link);
    return number;
  }

  void forget(long number) {
    links.remove(number);
  }

  @Nullable MemoryLink link(long number) {
    return links.get(number);
  }

  Scheduler scheduler() {
    return scheduler;
  }

  /** Remembers a call to a listener, made when the step that is running has let go of the lock. */
  void call(Runnable listenerCall) {
    calls.add(listenerCall);
  }

  /** Runs a step later, under the lock, on the scheduler's thread. */
  void after(long delayNanos, Runnable step) {
    scheduler.schedule(delayNanos, () -> run(step));
  }

  private void run(Runnable step) {
    List<Runnable> due;
    lock.lock();
    try {
      step.run();
      due = List.copyOf(calls);
      calls.clear();
    } finally {
      lock.unlock();
    }
    due.forEach(MemoryNetwork::tell);
  }

  private static void tell(Runnable listenerCall) {
    try {
      listenerCall.run();
    } catch (RuntimeException e) {
      LOG.error("link listener failed", e);
    }
  }
}
