package dev.fugitive.client.limits;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the user allows to be given to peers.
 *
 * @param sharing whether anything is; without it nothing else counts
 * @param rateBytesPerSecond for everything together; empty for no limit
 * @param slots transfers that are served at once
 * @param relaySlots transfers among them that only pass on what other peers hold; 0 for none
 * @param monthBytes for each month of the local calendar; empty for no limit
 * @param lanOnly whether peers outside of our own network get nothing
 * @param quietHours in which nothing is given
 * @param onBattery whether it goes on while the machine runs on its battery
 * @param onMetered whether it goes on over a metered connection
 * @param onVpn whether it goes on through a VPN
 * @param pausedUntil before which nothing is given; {@link #UNTIL_RESUMED} for as long as it takes
 */
public record UploadPolicy(
    boolean sharing,
    Optional<Long> rateBytesPerSecond,
    int slots,
    int relaySlots,
    Optional<Long> monthBytes,
    boolean lanOnly,
    Optional<QuietHours> quietHours,
    boolean onBattery,
    boolean onMetered,
    boolean onVpn,
    Optional<Instant> pausedUntil) {
  /** The end of a pause that has none. */
  public static final Instant UNTIL_RESUMED = Instant.MAX;

  /** The slowest rate: below it one frame would take a minute. */
  public static final long MIN_RATE_BYTES_PER_SECOND = 1024;

  /** The least that a month may allow: below it one frame would not fit. */
  public static final long MIN_MONTH_BYTES = 1024 * 1024;

  private static final int MAX_SLOTS = 10_000;

  /**
   * Gives nothing. What holds once sharing is switched on: no limit of the rate, 8 transfers at
   * once, 20 GiB a month, nothing on battery, over a metered connection or through a VPN.
   */
  public static final UploadPolicy OFF =
      new UploadPolicy(
          false,
          Optional.empty(),
          8,
          16,
          Optional.of(20L << 30),
          false,
          Optional.empty(),
          false,
          false,
          false,
          Optional.empty());

  /**
   * Gives to anybody at any time, as much as is asked for: for machines that are there for that.
   */
  public static final UploadPolicy UNLIMITED =
      new UploadPolicy(
          true,
          Optional.empty(),
          8,
          16,
          Optional.empty(),
          false,
          Optional.empty(),
          true,
          true,
          true,
          Optional.empty());

  /** Checks every value. */
  public UploadPolicy {
    rateBytesPerSecond.ifPresent(rate ->
        check(
            rate >= MIN_RATE_BYTES_PER_SECOND,
            "upload limit",
            rate,
            "at least " + MIN_RATE_BYTES_PER_SECOND + " bytes per second"));
    check(slots >= 1 && slots <= MAX_SLOTS, "upload slots", slots, "1 to " + MAX_SLOTS);
    check(
        relaySlots >= 0 && relaySlots <= MAX_SLOTS, "relay slots", relaySlots, "0 to " + MAX_SLOTS);
    monthBytes.ifPresent(bytes ->
        check(
            bytes >= MIN_MONTH_BYTES,
            "upload month",
            bytes,
            "at least " + MIN_MONTH_BYTES + " bytes"));
  }

  private static void check(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
    }
  }

  /** Gives, or does not. */
  public UploadPolicy withSharing(boolean on) {
    return with(draft -> draft.sharing = on);
  }

  /** Gives no faster than that, all together; empty for no limit. */
  public UploadPolicy withRate(Optional<Long> bytesPerSecond) {
    return with(draft -> draft.rateBytesPerSecond = bytesPerSecond);
  }

  /** Serves so many transfers at once, at least 1. */
  public UploadPolicy withSlots(int count) {
    return with(draft -> draft.slots = count);
  }

  /** Passes on at once so many contents that it does not hold itself; 0 for none. */
  public UploadPolicy withRelaySlots(int count) {
    return with(draft -> draft.relaySlots = count);
  }

  /** Gives no more than that in a month; empty for no limit. */
  public UploadPolicy withMonth(Optional<Long> bytes) {
    return with(draft -> draft.monthBytes = bytes);
  }

  /** Gives to peers on our own network alone, or to all. */
  public UploadPolicy withLanOnly(boolean on) {
    return with(draft -> draft.lanOnly = on);
  }

  /** Gives nothing in these hours; empty for at any time. */
  public UploadPolicy withQuietHours(Optional<QuietHours> hours) {
    return with(draft -> draft.quietHours = hours);
  }

  /** Goes on while the machine runs on its battery, or does not. */
  public UploadPolicy withOnBattery(boolean allowed) {
    return with(draft -> draft.onBattery = allowed);
  }

  /** Goes on over a metered connection, or does not. */
  public UploadPolicy withOnMetered(boolean allowed) {
    return with(draft -> draft.onMetered = allowed);
  }

  /** Goes on through a VPN, or does not. */
  public UploadPolicy withOnVpn(boolean allowed) {
    return with(draft -> draft.onVpn = allowed);
  }

  /** Gives nothing before then; empty to go on. */
  public UploadPolicy withPausedUntil(Optional<Instant> end) {
    return with(draft -> draft.pausedUntil = end);
  }

  private UploadPolicy with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.policy();
  }

  /** The same values, while one of them is changed. */
  private static final class Draft {
    private boolean sharing;
    private Optional<Long> rateBytesPerSecond;
    private int slots;
    private int relaySlots;
    private Optional<Long> monthBytes;
    private boolean lanOnly;
    private Optional<QuietHours> quietHours;
    private boolean onBattery;
    private boolean onMetered;
    private boolean onVpn;
    private Optional<Instant> pausedUntil;

    Draft(UploadPolicy from) {
      sharing = from.sharing;
      rateBytesPerSecond = from.rateBytesPerSecond;
      slots = from.slots;
      relaySlots = from.relaySlots;
      monthBytes = from.monthBytes;
      lanOnly = from.lanOnly;
      quietHours = from.quietHours;
      onBattery = from.onBattery;
      onMetered = from.onMetered;
      onVpn = from.onVpn;
      pausedUntil = from.pausedUntil;
    }

    UploadPolicy policy() {
      return new UploadPolicy(
          sharing,
          rateBytesPerSecond,
          slots,
          relaySlots,
          monthBytes,
          lanOnly,
          quietHours,
          onBattery,
          onMetered,
          onVpn,
          pausedUntil);
    }
  }
}
