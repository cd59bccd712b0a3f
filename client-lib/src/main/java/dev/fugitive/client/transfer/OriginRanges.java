package dev.fugitive.client.transfer;

import java.io.IOException;
import okio.Source;

/**
 * The origin as a source of a content's bytes, by ranges of the very representation that is being
 * fetched.
 */
public interface OriginRanges {
  /**
   * Opens bytes of the content; closing the source cancels what was not read.
   *
   * @param untilByte end, exclusive
   * @throws IOException where the origin cannot be reached, or no longer has this representation
   */
  Source open(long fromByte, long untilByte) throws IOException;

  /** Whether the origin has answered a request for a part with the whole (RFC 9110, 14.2). */
  default boolean ignoresRanges() {
    return false;
  }
}
