package dev.fugitive.client.limits;

/** Asked by whoever is about to give bytes to a peer, for each message of them. */
@FunctionalInterface
public interface UploadGate {
  /** Lets everything pass. */
  UploadGate OPEN = bytes -> true;

  /**
   * Takes so many bytes out of what may be given. Waits where that must be written down first, so
   * it is called on virtual threads, and without a lock.
   *
   * @return false where they may not be given, now or any more; nothing was taken then
   */
  boolean take(long bytes) throws InterruptedException;
}
