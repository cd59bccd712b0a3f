package dev.fugitive.bench.cdn;

/**
 * How large the scenarios are.
 *
 * @param small a few nodes and little content, to see that all works
 * @param seed of contents, orders and losses
 */
record Scale(boolean small, long seed) {
  /** One of two values. */
  <T> T of(T full, T reduced) {
    return small ? reduced : full;
  }
}
