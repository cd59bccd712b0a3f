package dev.fugitive.client.transfer.upload;

import dev.fugitive.client.transfer.upload.SessionQueue.Frame;
import dev.fugitive.client.transfer.upload.SessionQueue.Reservation;

/**
 * When a session may send its next frame: one line for all, and a second, slower one for what is
 * only passed on, so that relaying leaves most of a limited rate to our own contents. Confined to
 * its owner's lock.
 */
final class UploadPacing {
  private final Pacer all;
  private final Pacer relays;

  UploadPacing(UploadSettings settings, long nowNanos) {
    this.all = new Pacer(settings.rateBytesPerSecond(), nowNanos);
    this.relays = new Pacer(settings.relayBytesPerSecond(), nowNanos);
  }

  void setRates(UploadSettings settings, long nowNanos) {
    all.setRate(settings.rateBytesPerSecond(), nowNanos);
    relays.setRate(settings.relayBytesPerSecond(), nowNanos);
  }

  /** The session's place in line for this frame; a place for what is passed on serves no other. */
  Reservation reservation(SessionQueue queue, Frame frame, long nowNanos) {
    Reservation held = queue.reservation;
    boolean relayed = frame.transfer().relayed;
    if (held != null && held.relayed() == relayed) {
      return held;
    }
    giveBack(queue);
    long bytes = frame.plainBytes();
    long goNanos = all.reserve(bytes, nowNanos);
    if (relayed) {
      long relayNanos = relays.reserve(bytes, nowNanos);
      goNanos = relayNanos - goNanos > 0 ? relayNanos : goNanos;
    }
    Reservation made = new Reservation(bytes, goNanos, relayed);
    queue.reservation = made;
    return made;
  }

  /** The session gives its place up. */
  void giveBack(SessionQueue queue) {
    Reservation held = queue.reservation;
    if (held != null) {
      refund(held.bytes(), held.relayed());
      queue.reservation = null;
    }
  }

  /** Gives back what was reserved and not sent; a negative number takes what was sent beyond. */
  void refund(long bytes, boolean relayed) {
    all.refund(bytes);
    if (relayed) {
      relays.refund(bytes);
    }
  }
}
