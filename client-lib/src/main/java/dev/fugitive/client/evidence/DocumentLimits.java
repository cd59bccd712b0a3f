package dev.fugitive.client.evidence;

import java.time.Duration;

/**
 * How much is spent on documents.
 *
 * @param memoryBytes of all that is remembered
 * @param waitingBytes of a document that may be ahead of its reading
 * @param documentBytes of one document once its compressions are undone
 * @param names that one document may name
 * @param busy that one document may take to read, waiting left out
 * @param pause that a document may make on its way
 * @param patience with all its pauses taken together
 * @param readings that may be under way at once
 * @param shortest that a document counts, however soon it is stale: a page asks for its scripts
 *     right after it came
 * @param longest that it counts
 */
public record DocumentLimits(
    long memoryBytes,
    long waitingBytes,
    long documentBytes,
    int names,
    Duration busy,
    Duration pause,
    Duration patience,
    int readings,
    Duration shortest,
    Duration longest) {
  /**
   * Enough for a distribution's index of 60,000 packages: 10 MB as it comes, 50 MB as it is read, 5
   * MB as it is remembered.
   */
  public static final DocumentLimits DEFAULT =
      new DocumentLimits(
          32L << 20,
          24L << 20,
          256L << 20,
          200_000,
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofMinutes(1),
          32,
          Duration.ofMinutes(2),
          Duration.ofDays(30));
}
