package dev.fugitive.client.transfer.upload;

import java.time.Duration;

/**
 * What the user allows to be uploaded.
 *
 * @param sharing whether anything is; off means that every peer is refused
 * @param rateBytesPerSecond what all uploads together may send, or {@link #UNLIMITED}
 * @param slots transfers at a time
 * @param slotsPerPeer transfers at a time to one peer
 * @param relaySlots how many of these transfers may be of contents that we would have to fetch from
 *     other peers; none switches relaying off. A quarter of a limited rate is theirs at most
 * @param silence how long a slot is kept for a peer that asks for nothing
 */
public record UploadSettings(
    boolean sharing,
    long rateBytesPerSecond,
    int slots,
    int slotsPerPeer,
    int relaySlots,
    Duration silence) {
  private static final int RELAY_SHARE = 4;

  /** No limit of the rate. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /** Nothing is uploaded. */
  public static final UploadSettings OFF =
      new UploadSettings(false, UNLIMITED, 64, 32, 16, Duration.ofSeconds(30));

  /** Uploads without limit of the rate. */
  public static final UploadSettings ON = OFF.withSharing(true);

  public UploadSettings {
    check("rate", rateBytesPerSecond, 1024, UNLIMITED);
    check("slots", slots, 1, 10_000);
    check("slots per peer", slotsPerPeer, 1, slots);
    check("relay slots", relaySlots, 0, 10_000);
    check("silence in seconds", silence.toSeconds(), 1, 3600);
  }

  /** The same with sharing on or off. */
  public UploadSettings withSharing(boolean on) {
    return new UploadSettings(on, rateBytesPerSecond, slots, slotsPerPeer, relaySlots, silence);
  }

  /** The same with another rate. */
  public UploadSettings withRate(long bytesPerSecond) {
    return new UploadSettings(sharing, bytesPerSecond, slots, slotsPerPeer, relaySlots, silence);
  }

  /** The same with another number of slots. */
  public UploadSettings withSlots(int all, int perPeer) {
    return new UploadSettings(sharing, rateBytesPerSecond, all, perPeer, relaySlots, silence);
  }

  /** The same with another number of slots for what is passed on. */
  public UploadSettings withRelaySlots(int relays) {
    return new UploadSettings(sharing, rateBytesPerSecond, slots, slotsPerPeer, relays, silence);
  }

  /** What relayed contents may take of the rate. */
  long relayBytesPerSecond() {
    return rateBytesPerSecond == UNLIMITED
        ? UNLIMITED
        : Math.max(1024, rateBytesPerSecond / RELAY_SHARE);
  }

  private static void check(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + ": " + value + " (expected: " + min + " to " + max + ")");
    }
  }
}
