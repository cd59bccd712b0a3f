package dev.fugitive.cache.store;

/** Checks of byte ranges. */
final class Ranges {
  private Ranges() {}

  static void checkBytes(long from, long until, long length) {
    if (from < 0 || until < from || until > length) {
      throw new IndexOutOfBoundsException(
          "bytes: %d until %d (expected: ascending, 0 to %d)".formatted(from, until, length));
    }
  }
}
