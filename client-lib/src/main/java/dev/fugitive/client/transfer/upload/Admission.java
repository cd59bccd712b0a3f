package dev.fugitive.client.transfer.upload;

import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import java.util.Optional;

/** Who is refused a slot, and with which word. */
final class Admission {
  /** Contents that are passed on to one peer at the same time. */
  static final int MAX_RELAYS_OF_PEER = 2;

  private static final int MIN_RETRY_MILLIS = 250;
  private static final int MAX_RETRY_MILLIS = 10_000;

  private Admission() {}

  /**
   * Why an upload is refused, if it is. Sharing switched off is the one thing of which a peer hears
   * {@code NOT_ALLOWED}. A content that may not be shared is one that we do not have, for whoever
   * asks: another answer would tell that we have it.
   *
   * @param slots that are in use
   * @param ofPeer those of them that the peer has
   */
  static Optional<RefusalReason> refusal(
      UploadSettings settings, boolean shareable, int slots, int ofPeer) {
    if (!settings.sharing()) {
      return Optional.of(RefusalReason.NOT_ALLOWED);
    }
    if (!shareable) {
      return Optional.of(RefusalReason.DONT_HAVE);
    }
    boolean full = slots >= settings.slots() || ofPeer >= settings.slotsPerPeer();
    return full ? Optional.of(RefusalReason.BUSY) : Optional.empty();
  }

  /**
   * The same for what is only passed on; who switched that off does not share in this way.
   *
   * @param relays slots that only pass on
   * @param relaysOfPeer those of them that the peer has
   */
  static Optional<RefusalReason> relayRefusal(
      UploadSettings settings,
      boolean reachable,
      int slots,
      int ofPeer,
      int relays,
      int relaysOfPeer) {
    if (settings.relaySlots() == 0) {
      return Optional.of(RefusalReason.NOT_ALLOWED);
    }
    Optional<RefusalReason> refusal = refusal(settings, reachable, slots, ofPeer);
    boolean full = relays >= settings.relaySlots() || relaysOfPeer >= MAX_RELAYS_OF_PEER;
    return refusal.isEmpty() && full ? Optional.of(RefusalReason.BUSY) : refusal;
  }

  /** About the time in which what is queued now will have gone. */
  static int retryAfterMillis(UploadSettings settings, long queuedBytes) {
    long millis = (long) (queuedBytes * 1e3 / settings.rateBytesPerSecond());
    return Math.clamp(millis, MIN_RETRY_MILLIS, MAX_RETRY_MILLIS);
  }
}
