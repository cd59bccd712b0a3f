package dev.fugitive.proxy.cli;

import java.io.IOException;
import java.net.HttpURLConnection;

/** The control API answered, and refused; in its own words. */
final class RefusedException extends IOException {
  private final int status;

  /**
   * A refusal.
   *
   * @param status of the answer, as HTTP has it
   */
  RefusedException(int status, String words) {
    super(words);
    this.status = status;
  }

  /** How a command ends that failed so: what was typed is wrong, or the work failed. */
  static int exitStatus(IOException failure) {
    return failure instanceof RefusedException refused
            && refused.status == HttpURLConnection.HTTP_BAD_REQUEST
        ? ExitStatus.USAGE
        : ExitStatus.FAILED;
  }
}
