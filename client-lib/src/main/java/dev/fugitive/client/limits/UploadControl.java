package dev.fugitive.client.limits;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the decision about uploads up to date, and has it carried out.
 *
 * <p>It decides again when the user changes the policy, when the machine's state was read, when the
 * month is used up, and once a second, because clocks go on and jump. The machine is read every 15
 * seconds, and only while what is allowed depends on it. When a change of the policy returns, it
 * has been carried out.
 *
 * <p>Safe for use by several threads. Its own two are virtual and end with {@link #close}.
 */
public final class UploadControl implements UploadGate, Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(UploadControl.class);
  private static final Duration MACHINE_INTERVAL = Duration.ofSeconds(15);
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

  private final MachineReader reader;
  private final MonthAccount account;
  private final InstantSource clock;
  private final Supplier<ZoneId> zone;

  /** Held while a change is carried out, so that no later one is overtaken by an earlier one. */
  private final ReentrantLock carryingOut = new ReentrantLock();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private UploadPolicy policy;

  @GuardedBy("lock")
  private MachineState machine = MachineState.UNREAD;

  /** Whether the machine was not read since its state counts; written under the lock. */
  private volatile boolean readingDue = true;

  @GuardedBy("lock")
  private boolean closed;

  @GuardedBy("carryingOut")
  private Consumer<UploadStanding> listener = standing -> {};

  private volatile UploadStanding standing;

  private final Thread looking;
  private final Thread reading;

  private UploadControl(
      UploadPolicy policy,
      MachineReader reader,
      MonthAccount account,
      InstantSource clock,
      Supplier<ZoneId> zone) {
    this.policy = policy;
    this.reader = reader;
    this.account = account;
    this.clock = clock;
    this.zone = zone;
    this.standing = decide(policy, MachineState.UNREAD);
    this.looking = Thread.ofVirtual().name("upload-control").unstarted(this::keepLooking);
    this.reading = Thread.ofVirtual().name("machine-state").unstarted(this::keepReading);
  }

  /**
   * Starts with a policy.
   *
   * @param account is closed with the control
   * @param zone of the clock on the wall; asked for every decision
   */
  public static UploadControl start(
      UploadPolicy policy,
      MachineReader reader,
      MonthAccount account,
      InstantSource clock,
      Supplier<ZoneId> zone) {
    UploadControl control = new UploadControl(policy, reader, account, clock, zone);
    control.looking.start();
    control.reading.start();
    return control;
  }

  /** Has changes carried out by this one from now on, first of all the standing of this moment. */
  public void listen(Consumer<UploadStanding> carriesOut) {
    carryingOut.lock();
    try {
      listener = carriesOut;
      listener.accept(standing);
    } finally {
      carryingOut.unlock();
    }
  }

  /** Changes the policy; it holds, and has been carried out, when this returns. */
  public void change(UnaryOperator<UploadPolicy> change) {
    lock.lock();
    try {
      policy = change.apply(policy);
      if (!countsMachine(policy)) {
        machine = MachineState.UNREAD;
        readingDue = true;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    look();
  }

  /** Stops giving at once, for so long from now. */
  public void pause(Duration duration) {
    Instant now = clock.instant();
    boolean fits = duration.compareTo(Duration.between(now, UploadPolicy.UNTIL_RESUMED)) < 0;
    Instant end = fits ? now.plus(duration) : UploadPolicy.UNTIL_RESUMED;
    change(before -> before.withPausedUntil(Optional.of(end)));
  }

  /** What is allowed, and whether it may be done, as it was decided last. */
  public UploadStanding standing() {
    UploadStanding last = standing;
    return new UploadStanding(
        last.policy(),
        last.decision(),
        last.machine(),
        account.toDate(last.month().month()),
        last.nextChange());
  }

  @Override
  public boolean take(long bytes) throws InterruptedException {
    UploadStanding now = standing;
    if (!now.decision().isAllowed()) {
      return false;
    }
    boolean taken = account.charge(now.month().month(), bytes, now.policy().monthBytes());
    if (!taken) {
      look();
    }
    return taken;
  }

  /** Decides again, and carries out what has changed. */
  void look() {
    carryingOut.lock();
    try {
      UploadStanding before = standing;
      UploadStanding now = decide();
      standing = now;
      boolean sameForPeers =
          before.policy().equals(now.policy()) && before.decision().equals(now.decision());
      if (!sameForPeers) {
        LOG.info("uploads: {}", now.decision());
        listener.accept(now);
      }
    } finally {
      carryingOut.unlock();
    }
  }

  private UploadStanding decide() {
    UploadPolicy chosen;
    MachineState state;
    lock.lock();
    try {
      chosen = policy;
      state = machine;
    } finally {
      lock.unlock();
    }
    return decide(chosen, state);
  }

  private UploadStanding decide(UploadPolicy chosen, MachineState state) {
    Instant now = clock.instant();
    ZoneId here = zone.get();
    MonthToDate month = account.toDate(YearMonth.from(now.atZone(here)));
    return new UploadStanding(
        chosen,
        UploadRules.decide(chosen, state, month, now, here),
        state,
        month,
        UploadRules.nextChange(chosen, now, here));
  }

  private static boolean countsMachine(UploadPolicy policy) {
    return policy.sharing() && !(policy.onBattery() && policy.onMetered() && policy.onVpn());
  }

  // -- the two threads

  private void keepLooking() {
    try {
      while (await(LOOK_INTERVAL, UploadPolicy::sharing, () -> false)) {
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void keepReading() {
    try {
      Duration pause = Duration.ZERO;
      while (await(pause, UploadControl::countsMachine, () -> readingDue)) {
        note(reader.read());
        look();
        pause = MACHINE_INTERVAL;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void note(MachineState read) {
    lock.lock();
    try {
      if (countsMachine(policy)) {
        machine = read;
        readingDue = false;
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for so long, or until it is due before, and then for as long as the policy needs nothing.
   *
   * @param due asked under the lock
   * @return false when the control is closed
   */
  private boolean await(Duration pause, Predicate<UploadPolicy> needed, BooleanSupplier due)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long leftNanos = pause.toNanos();
      while (!closed && (!needed.test(policy) || (leftNanos > 0 && !due.getAsBoolean()))) {
        if (needed.test(policy)) {
          leftNanos = changed.awaitNanos(leftNanos);
        } else {
          changed.await();
          leftNanos = 0;
        }
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the threads, and closes the account. */
  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    reading.interrupt();
    try {
      looking.join(TimeUnit.SECONDS.toMillis(2));
      reading.join(TimeUnit.SECONDS.toMillis(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    account.close();
  }
}
