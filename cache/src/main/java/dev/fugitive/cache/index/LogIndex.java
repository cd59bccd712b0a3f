package dev.fugitive.cache.index;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.cache.http.StoredResponse;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A durable index: a log of records, each the whole state of one resource.
 *
 * <h2>Why a log</h2>
 *
 * <p>One small file per resource would be simpler to write, but it costs an inode and a block for
 * some hundred bytes, two system calls and a directory entry for every change, and a walk through
 * all of them when the index is opened, for the way from a content to its responses must be known.
 * A log costs one write per change, is read in one sweep, and knows its own size exactly. Its
 * price, compaction, is kept small by segments: never more than one of them is rewritten at a time,
 * see {@link LogWriter}.
 *
 * <h2>What is where</h2>
 *
 * <p>In memory: a {@link Slot} for every resource, and the decoded responses of those that are
 * asked for often. A hit costs two look-ups in memory; a resource that is known but not at hand
 * costs one read; one that is not known costs no disk access.
 *
 * <h2>Threads</h2>
 *
 * <p>{@link WriterThread} makes all changes, one after the other; whoever asks for a change waits
 * until it is written, except in {@link #removeContent}. Readers take no lock. The decoded
 * responses are kept by slot, not by key: a slot never changes, so they cannot be outdated,
 * whatever reads and writes cross each other.
 *
 * <h2>Crashes</h2>
 *
 * <p>A record counts once it is whole. It is handed to the system before a change is reported done
 * and survives the end of the process at any moment; a loss of power may cost what was written
 * since the segment was started, and leaves a state that once was.
 */
final class LogIndex implements RepresentationIndex {
  /** The smallest limit that an index can be opened with. */
  static final long MIN_LIMIT_BYTES = (long) LogLimits.SEGMENTS * LogLimits.MIN_SEGMENT_BYTES;

  private static final Logger LOG = LoggerFactory.getLogger(LogIndex.class);
  private static final long MAX_MEMORY_BYTES = 32L * 1024 * 1024;

  /** A record may be moved or replaced while it is being read; more often than this is a defect. */
  private static final int MAX_READS = 8;

  private final SegmentFiles files;
  private final LogLimits limits;
  private final SlotTable table = new SlotTable();
  private final Cache<Slot, List<StoredResponse>> decoded;
  private final LogWriter writer;
  private final WriterThread thread;
  private final LongAdder damaged = new LongAdder();

  private LogIndex(SegmentFiles files, LogLimits limits) throws IOException {
    this.files = files;
    this.limits = limits;
    decoded =
        Caffeine.newBuilder()
            .maximumWeight(Math.min(limits.limitBytes(), MAX_MEMORY_BYTES))
            .weigher((Slot slot, List<StoredResponse> list) -> Variants.weightBytes(list))
            .executor(Runnable::run)
            .build();
    LogReplay.Found found = LogReplay.into(table, files);
    damaged.add(found.damaged());
    if (found.damaged() > 0) {
      LOG.warn("index: {} damaged entries dropped, {} kept", found.damaged(), table.size());
    }
    writer = new LogWriter(files, table, found.lengths(), limits, this::onMoved);
    thread = new WriterThread();
  }

  static LogIndex open(Path directory, long limitBytes) throws IOException {
    LogLimits limits = LogLimits.of(limitBytes);
    return open(DiskSegmentFiles.open(directory), limits);
  }

  /** Opens over files that are then this index's to close. */
  static LogIndex open(SegmentFiles files, LogLimits limits) throws IOException {
    try {
      return new LogIndex(files, limits);
    } catch (IOException | RuntimeException e) {
      files.close();
      throw e;
    }
  }

  @Override
  public List<StoredResponse> get(ResourceKey primaryKey) {
    for (int i = 0; i < MAX_READS; i++) {
      Slot slot = table.get(primaryKey);
      if (slot == null) {
        return List.of();
      }
      slot.markUsed();
      List<StoredResponse> known = decoded.getIfPresent(slot);
      if (known != null) {
        return known;
      }
      List<StoredResponse> read = read(primaryKey, slot);
      if (read != null) {
        return read;
      }
    }
    return List.of();
  }

  @Override
  public List<StoredResponse> getInMemory(ResourceKey primaryKey) {
    Slot slot = table.get(primaryKey);
    if (slot == null) {
      return List.of();
    }
    slot.markUsed();
    List<StoredResponse> known = decoded.getIfPresent(slot);
    return known == null ? List.of() : known;
  }

  /** Null where the record lies elsewhere by now, so that the slot has to be looked up again. */
  private @Nullable List<StoredResponse> read(ResourceKey key, Slot slot) {
    try {
      List<StoredResponse> responses = readRecord(slot);
      decoded.put(slot, responses);
      return responses;
    } catch (IOException e) {
      if (e instanceof NoSuchFileException && table.get(key) != slot) {
        return null;
      }
      thread.later(() -> dropDamaged(key, slot, e));
      return List.of();
    }
  }

  private List<StoredResponse> readRecord(Slot slot) throws IOException {
    byte[] bytes = files.read(slot.segment, slot.offset, slot.length);
    LogRecord record =
        LogRecord.at(bytes, 0)
            .filter(LogRecord::bodyIntact)
            .orElseThrow(() -> new IOException("record checksum is wrong"));
    int start = record.bodyOffset();
    return ResponseCodec.decode(Arrays.copyOfRange(bytes, start, start + record.bodyLength()));
  }

  /** Writing thread. */
  private void dropDamaged(ResourceKey key, Slot slot, IOException cause) throws IOException {
    if (table.get(key) == slot) {
      LOG.warn("index: entry {} cannot be read and is dropped: {}", key, cause.toString());
      damaged.increment();
      forget(key);
    }
  }

  @Override
  public List<StoredResponse> find(ContentId content) {
    return table.keysOf(content, MAX_FOUND).stream()
        .flatMap(key -> get(key).stream())
        .filter(one -> one.content().equals(content))
        .limit(MAX_FOUND)
        .toList();
  }

  @Override
  public void put(StoredResponse response) throws IOException {
    ResourceKey key = response.primaryKey();
    thread.run(() -> store(key, Variants.with(get(key), response)));
  }

  @Override
  public void remove(ResourceKey primaryKey) throws IOException {
    thread.run(() -> forget(primaryKey));
  }

  @Override
  public void removeContent(ContentId content) {
    thread.later(() -> {
      for (ResourceKey key : table.keysOf(content)) {
        store(key, Variants.without(get(key), content));
      }
    });
  }

  /** Writing thread. */
  private void store(ResourceKey key, List<StoredResponse> responses) throws IOException {
    if (responses.isEmpty()) {
      forget(key);
      return;
    }
    List<StoredResponse> kept = responses;
    byte[] body = ResponseCodec.encode(kept);
    while (body.length > limits.maxRecordBytes() && kept.size() > 1) {
      kept = List.copyOf(kept.subList(0, kept.size() / 2));
      body = ResponseCodec.encode(kept);
    }
    if (body.length > limits.maxRecordBytes()) {
      forget(key);
      throw new IOException(
          "response head and voucher bytes: %d (expected: at most %d)"
              .formatted(body.length, limits.maxRecordBytes()));
    }
    try {
      Slot slot = writer.append(key, Variants.contents(kept), body);
      outdate(table.place(key, slot));
      decoded.put(slot, kept);
      writer.keepWithinResources();
    } catch (IOException e) {
      outdate(table.drop(key));
      throw e;
    }
  }

  /** Writing thread. */
  private void forget(ResourceKey key) throws IOException {
    Slot before = table.drop(key);
    if (before != null) {
      outdate(before);
      writer.append(key, List.of(), new byte[0]);
    }
  }

  private void onMoved(Slot from, @Nullable Slot to) {
    List<StoredResponse> known = decoded.getIfPresent(from);
    if (known != null && to != null) {
      decoded.put(to, known);
    }
    outdate(from);
  }

  private void outdate(@Nullable Slot slot) {
    if (slot != null) {
      decoded.invalidate(slot);
    }
  }

  @Override
  public IndexStatus status() {
    return new IndexStatus(
        table.size(),
        writer.bytes(),
        limits.limitBytes(),
        decoded.policy().eviction().orElseThrow().weightedSize().orElse(0),
        writer.evicted(),
        damaged.sum(),
        thread.failures());
  }

  @Override
  public void close() {
    thread.close(() -> {
      try {
        writer.force();
      } finally {
        files.close();
      }
    });
  }
}
