package dev.fugitive.bench;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How long one fetch took, seen by whoever read its body.
 *
 * @param firstNanos from the call to the first body byte
 * @param nanos from the call to the last
 * @param nanosByMark from the call to each of {@link #MARK_BYTES}, as far as the body is that long
 * @param source the response's {@code Fugitive-Source}, without spaces
 */
record FetchTimes(long bytes, long firstNanos, long nanos, List<Long> nanosByMark, String source) {
  /** 1, 5, 20 and 50 MB. */
  static final List<Long> MARK_BYTES = List.of(1_000_000L, 5_000_000L, 20_000_000L, 50_000_000L);

  FetchTimes {
    nanosByMark = List.copyOf(nanosByMark);
  }

  /** Of the whole body, the wait for its first byte included. */
  double megabytesPerSecond() {
    return bytes / 1e6 / (nanos / 1e9);
  }

  /** From the first byte to the end of the body, in megabits a second. */
  double megabitsPerSecond() {
    return bytes * 8 / 1e6 / ((nanos - firstNanos) / 1e9);
  }

  /** From the first byte to a mark, in megabits a second. */
  double megabitsPerSecondTo(int mark) {
    return MARK_BYTES.get(mark) * 8 / 1e6 / ((nanosByMark.get(mark) - firstNanos) / 1e9);
  }

  /** The line that {@link #parse} reads. */
  @Override
  public String toString() {
    String marks = nanosByMark.stream().map(String::valueOf).collect(Collectors.joining(","));
    return String.join(
        " ",
        Long.toString(bytes),
        Long.toString(firstNanos),
        Long.toString(nanos),
        marks.isEmpty() ? "-" : marks,
        source);
  }

  static FetchTimes parse(String line) {
    String[] words = line.split(" ", -1);
    List<Long> marks =
        words[3].equals("-")
            ? List.of()
            : Arrays.stream(words[3].split(",", -1)).map(Long::parseLong).toList();
    return new FetchTimes(
        Long.parseLong(words[0]),
        Long.parseLong(words[1]),
        Long.parseLong(words[2]),
        marks,
        words[4]);
  }
}
