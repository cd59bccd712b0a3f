package dev.fugitive.bench.lab;

import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.trust.FugitiveSource;
import java.util.List;
import java.util.Optional;

/**
 * What became of one fetch, seen by whoever read its body.
 *
 * @param status of the response; 0 where there was none
 * @param bytes of the body
 * @param firstNanos from asking to the first body byte
 * @param nanos from asking to the last
 * @param tier1Nanos from asking until bytes of a peer that has them itself were seen to have come,
 *     looked at every 256 KiB of the body; 0 where there were none
 * @param sha256 of the body, in hexadecimal
 * @param source where the bytes came from; {@code -} where it was not asked of a node
 * @param error why it failed, {@code -} where it did not
 */
public record Fetched(
    int status,
    long bytes,
    long firstNanos,
    long nanos,
    long tier1Nanos,
    String sha256,
    String source,
    String error) {
  static final String NONE = "-";

  static Fetched failed(long nanos, String error) {
    String word = error.replaceAll("\\s+", "_");
    return new Fetched(0, 0, nanos, nanos, 0, NONE, NONE, word.isEmpty() ? "failed" : word);
  }

  /** Whether the whole body came, with these bytes. */
  public boolean isRight(String expectedSha256) {
    return error.equals(NONE) && sha256.equals(expectedSha256);
  }

  /** Body bytes by provenance; empty where it was not asked of a node. */
  public Optional<FugitiveSource> provenance() {
    return source.equals(NONE)
        ? Optional.empty()
        : FugitiveSource.parse(List.of(source.replace(",", ", ")));
  }

  /** Body bytes from one place. */
  public long from(Provenance provenance) {
    return provenance().map(known -> known.from(provenance)).orElse(0L);
  }

  /** The line that {@link #parse} reads. */
  String line() {
    return String.join(
        " ",
        Integer.toString(status),
        Long.toString(bytes),
        Long.toString(firstNanos),
        Long.toString(nanos),
        Long.toString(tier1Nanos),
        sha256,
        source,
        error);
  }

  static Fetched parse(String line) {
    String[] words = line.split(" ", -1);
    return new Fetched(
        Integer.parseInt(words[0]),
        Long.parseLong(words[1]),
        Long.parseLong(words[2]),
        Long.parseLong(words[3]),
        Long.parseLong(words[4]),
        words[5],
        words[6],
        words[7]);
  }
}
