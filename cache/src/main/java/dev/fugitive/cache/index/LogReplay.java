package dev.fugitive.cache.index;

import java.io.IOException;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads a log from its oldest record to its latest and brings a slot table to the state they tell.
 *
 * <p>Three kinds of bytes are no good record:
 *
 * <ul>
 *   <li>the end of the last segment, nothing valid after it: a write that was cut off and that
 *       nobody was told to have succeeded. It is cut off for good.
 *   <li>a record whose body is damaged: its resource is dropped.
 *   <li>anything else: it may have been a removal, or a newer state, of any resource. So nothing
 *       older is believed; what comes after is.
 * </ul>
 */
final class LogReplay {
  private final SegmentFiles files;
  private final SlotTable table;
  private final NavigableMap<Integer, Integer> lengths = new TreeMap<>();
  private long damaged;

  private LogReplay(SegmentFiles files, SlotTable table) {
    this.files = files;
    this.table = table;
  }

  /** What was found: the length of each segment by its number, and how much was damaged. */
  record Found(NavigableMap<Integer, Integer> lengths, long damaged) {}

  static Found into(SlotTable table, SegmentFiles files) throws IOException {
    LogReplay replay = new LogReplay(files, table);
    List<Integer> numbers = files.numbers();
    for (int number : numbers) {
      replay.segment(number, number == numbers.getLast());
    }
    return new Found(replay.lengths, replay.damaged);
  }

  private void segment(int number, boolean last) throws IOException {
    byte[] bytes = files.readAll(number);
    int offset = 0;
    while (offset < bytes.length) {
      Optional<LogRecord> record = LogRecord.at(bytes, offset);
      if (record.isPresent()) {
        apply(number, record.get());
        offset += record.get().length();
        continue;
      }
      int next = nextRecord(bytes, offset + 1);
      if (last && next == bytes.length) {
        files.truncate(number, offset);
        lengths.put(number, offset);
        return;
      }
      damaged += 1 + table.clear();
      offset = next;
    }
    lengths.put(number, bytes.length);
  }

  private void apply(int number, LogRecord record) {
    if (record.isRemoval()) {
      table.drop(record.key());
    } else if (record.bodyIntact()) {
      table.place(record.key(), new Slot(number, record));
    } else {
      table.drop(record.key());
      damaged++;
    }
  }

  /** Where the next record starts at or after an offset; the segment's length where none does. */
  static int nextRecord(byte[] bytes, int from) {
    int offset = from;
    while (offset < bytes.length && LogRecord.at(bytes, offset).isEmpty()) {
      offset++;
    }
    return Math.min(offset, bytes.length);
  }
}
