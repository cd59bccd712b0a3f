package dev.fugitive.cache.index;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.http.ResourceKey;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The writing end of the log: appends to the newest segment and makes room by giving up the oldest.
 * Confined to one thread, the figures for {@link IndexStatus} apart.
 *
 * <h2>Room</h2>
 *
 * <p>Segments are given up strictly oldest first, so a removal never goes before what it removes.
 * There are two reasons to give one up. It is nearly empty: then all records that still count are
 * copied to the newest segment. Or the limit is reached: then only those that somebody asked for
 * since they were written are copied, up to half a segment, and the others are evicted. This is the
 * CLOCK policy with the log as its ring: a resource that is asked for goes around again, and no
 * list has to be kept in order on the way of a reader.
 *
 * <p>Copies are written before the old segment is deleted, into room that is always kept free for
 * them. So at no moment is more on disk than the limit, or less than what counts.
 */
final class LogWriter {
  private static final int NEARLY_EMPTY_DIVISOR = 4;

  /** Hears that a record was copied, or evicted ({@code to} is null). */
  interface MoveListener {
    void onMoved(Slot from, @Nullable Slot to);
  }

  private final SegmentFiles files;
  private final SlotTable table;
  private final long limitBytes;
  private final int segmentBytes;
  private final int maxResources;
  private final MoveListener listener;

  /** Lengths of the segments before the newest, by number. */
  private final NavigableMap<Integer, Integer> closed;

  private int head;
  private int position;

  /** Set after a failed write that could not be undone. */
  private boolean headBroken;

  private volatile long bytes;
  private final LongAdder evicted = new LongAdder();

  LogWriter(
      SegmentFiles files,
      SlotTable table,
      NavigableMap<Integer, Integer> found,
      LogLimits limits,
      MoveListener listener) {
    this.files = files;
    this.table = table;
    this.limitBytes = limits.limitBytes();
    this.segmentBytes = limits.segmentBytes();
    this.maxResources = limits.maxResources();
    this.listener = listener;
    this.closed = new TreeMap<>(found);
    this.head = found.isEmpty() ? 1 : found.lastKey() + 1;
    countBytes();
  }

  long bytes() {
    return bytes;
  }

  long evicted() {
    return evicted.sum();
  }

  /** Writes the state of a resource; when this returns it survives the end of the process. */
  Slot append(ResourceKey key, Collection<ContentId> contents, byte[] body) throws IOException {
    byte[] record = LogRecord.encode(key, contents, body);
    makeRoomFor(record.length);
    int offset = write(record);
    LogRecord written =
        new LogRecord(
            key,
            List.copyOf(contents),
            offset,
            offset + LogRecord.bodyStart(contents.size()),
            body.length,
            true);
    return new Slot(head, written);
  }

  /** Evicts until there are no more resources than may be. */
  void keepWithinResources() throws IOException {
    while (table.size() > maxResources) {
      if (closed.isEmpty()) {
        startSegment();
      }
      giveUpOldest(true);
    }
  }

  private void makeRoomFor(int length) throws IOException {
    if (headBroken || position + length > segmentBytes) {
      startSegment();
      while (!closed.isEmpty() && isNearlyEmpty(closed.firstEntry())) {
        giveUpOldest(false);
      }
    }
    // one segment's room for the newest, one for the copies that the next one starts with
    while (!closed.isEmpty() && closedBytes() + 2L * segmentBytes > limitBytes) {
      giveUpOldest(true);
    }
  }

  private boolean isNearlyEmpty(Map.Entry<Integer, Integer> segment) {
    return (long) table.liveBytes(segment.getKey()) * NEARLY_EMPTY_DIVISOR <= segment.getValue();
  }

  private long closedBytes() {
    return closed.values().stream().mapToLong(Integer::longValue).sum();
  }

  /** A closed segment is on disk for good, so only the newest can be cut off by a loss of power. */
  private void startSegment() throws IOException {
    if (position > 0) {
      files.force(head);
      closed.put(head, position);
      head++;
    }
    position = 0;
    headBroken = false;
  }

  private int write(byte[] record) throws IOException {
    int offset = position;
    try {
      files.append(head, offset, record);
    } catch (IOException e) {
      undo(offset, e);
      throw e;
    }
    position += record.length;
    countBytes();
    return offset;
  }

  private void undo(int offset, IOException cause) {
    try {
      files.truncate(head, offset);
    } catch (IOException e) {
      cause.addSuppressed(e);
      headBroken = true;
      // the remains count as part of the segment
      position = Math.max(position, 1);
    }
  }

  private void giveUpOldest(boolean evicting) throws IOException {
    int oldest = closed.firstKey();
    if (table.liveBytes(oldest) > 0) {
      rescue(oldest, evicting);
      evicted.add(table.dropSegment(oldest));
    }
    files.delete(oldest);
    closed.remove(oldest);
    countBytes();
  }

  /** Copies what counts and is worth it; what is left in the segment afterwards is evicted. */
  private void rescue(int segment, boolean evicting) throws IOException {
    byte[] from = files.readAll(segment);
    int budget = evicting ? segmentBytes / 2 : segmentBytes;
    int offset = LogReplay.nextRecord(from, 0);
    while (offset < from.length) {
      Optional<LogRecord> found = LogRecord.at(from, offset);
      if (found.isEmpty()) {
        offset = LogReplay.nextRecord(from, offset + 1);
        continue;
      }
      LogRecord record = found.get();
      offset += record.length();
      Slot slot = table.get(record.key());
      if (slot == null || slot.segment != segment || slot.offset != record.offset()) {
        continue;
      }
      boolean worthIt = record.bodyIntact() && (!evicting || slot.used());
      if (worthIt && record.length() <= Math.min(budget, segmentBytes - position)) {
        budget -= record.length();
        copy(record, slot, from);
      } else {
        listener.onMoved(slot, null);
      }
    }
  }

  private void copy(LogRecord record, Slot slot, byte[] from) throws IOException {
    byte[] bytes = Arrays.copyOfRange(from, record.offset(), record.offset() + record.length());
    Slot moved = slot.movedTo(head, write(bytes));
    table.place(record.key(), moved);
    listener.onMoved(slot, moved);
  }

  private void countBytes() {
    bytes = closedBytes() + position;
  }

  void force() throws IOException {
    if (position > 0) {
      files.force(head);
    }
  }
}
