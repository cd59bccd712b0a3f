package dev.fugitive.cache.content;

/**
 * Consecutive bytes of a body, at least one.
 *
 * @param from the first byte
 * @param until the end, exclusive
 */
public record ByteRange(long from, long until) {
  public ByteRange {
    if (from < 0 || until <= from) {
      throw new IllegalArgumentException(
          "bytes: %d until %d (expected: at least one, from 0)".formatted(from, until));
    }
  }

  /** How many bytes. */
  public long length() {
    return until - from;
  }
}
