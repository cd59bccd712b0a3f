package dev.fugitive.cache.content;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A set of bytes of one body, as ranges that are ascending and apart: what touches or overlaps is
 * one range.
 */
public record ByteRanges(List<ByteRange> ranges) {
  /** No bytes. */
  public static final ByteRanges NONE = new ByteRanges(List.of());

  public ByteRanges {
    ranges = List.copyOf(ranges);
    for (int i = 1; i < ranges.size(); i++) {
      if (ranges.get(i).from() <= ranges.get(i - 1).until()) {
        throw new IllegalArgumentException("ranges: " + ranges + " (expected: ascending, apart)");
      }
    }
  }

  /** The bytes of one range. */
  public static ByteRanges of(long from, long until) {
    return NONE.plus(from, until);
  }

  /** These bytes and those of one more range. */
  public ByteRanges plus(long from, long until) {
    if (from == until) {
      return this;
    }
    List<ByteRange> united = new ArrayList<>(ranges.size() + 1);
    long start = from;
    long end = until;
    int at = 0;
    while (at < ranges.size() && ranges.get(at).until() < start) {
      united.add(ranges.get(at++));
    }
    while (at < ranges.size() && ranges.get(at).from() <= end) {
      start = Math.min(start, ranges.get(at).from());
      end = Math.max(end, ranges.get(at).until());
      at++;
    }
    united.add(new ByteRange(start, end));
    united.addAll(ranges.subList(at, ranges.size()));
    return new ByteRanges(united);
  }

  /** The parts of a range that are not here, in order. */
  public List<ByteRange> missing(long from, long until) {
    List<ByteRange> gaps = new ArrayList<>();
    long at = from;
    for (ByteRange range : ranges) {
      if (range.from() >= until) {
        break;
      }
      if (range.from() > at) {
        gaps.add(new ByteRange(at, range.from()));
      }
      at = Math.max(at, range.until());
    }
    if (at < until) {
      gaps.add(new ByteRange(at, until));
    }
    return gaps;
  }

  /** Whether every byte of a range is here. */
  public boolean contains(long from, long until) {
    return missing(from, until).isEmpty();
  }

  /** Whether some byte of a range is here. */
  public boolean touches(long from, long until) {
    return ranges.stream().anyMatch(range -> range.from() < until && range.until() > from);
  }

  /** The range that begins first. */
  public Optional<ByteRange> first() {
    return ranges.isEmpty() ? Optional.empty() : Optional.of(ranges.getFirst());
  }

  /** How many bytes. */
  public long byteCount() {
    return ranges.stream().mapToLong(ByteRange::length).sum();
  }
}
