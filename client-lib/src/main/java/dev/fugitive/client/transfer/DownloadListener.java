package dev.fugitive.client.transfer;

/** Hears how a download ends. */
@FunctionalInterface
public interface DownloadListener {
  /**
   * The last call, once: nothing is put into the fill any more. Called on the download's own
   * thread; must not block for long and must not throw.
   */
  void onEnded(DownloadOutcome outcome);
}
