package dev.fugitive.client.transfer;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/** So many bytes, and no more, for several at a time. Safe for use by several threads. */
final class ByteBudget {
  private final long limitBytes;

  @GuardedBy("this")
  private long takenBytes;

  ByteBudget(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  long limitBytes() {
    return limitBytes;
  }

  /** Takes so many bytes if they are left; {@link #giveBack} must follow. */
  synchronized boolean tryTake(long bytes) {
    if (bytes > limitBytes - takenBytes) {
      return false;
    }
    takenBytes += bytes;
    return true;
  }

  synchronized void giveBack(long bytes) {
    takenBytes -= bytes;
  }
}
