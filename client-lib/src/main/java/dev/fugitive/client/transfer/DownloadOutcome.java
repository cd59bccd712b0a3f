package dev.fugitive.client.transfer;

import java.io.IOException;

/** How a download ended. */
public sealed interface DownloadOutcome {
  /** Every chunk is in the fill. */
  record Finished() implements DownloadOutcome {}

  /** Nobody wanted it any more. */
  record Cancelled() implements DownloadOutcome {}

  /** No source was left, or what came could not be kept; the fill has failed with this cause. */
  record Failed(IOException cause) implements DownloadOutcome {}
}
