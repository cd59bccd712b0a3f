package dev.fugitive.cache.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.cache.content.ByteRange;
import dev.fugitive.cache.content.ByteRanges;
import dev.fugitive.cache.content.ContentId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import okio.Buffer;
import okio.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parts of a body, over memory and over disk. */
final class FragmentsTest {
  private static final int LENGTH = 5 * ContentId.CHUNK_BYTES + 17;
  private static final long LIMIT = 64L * 1024 * 1024;

  @TempDir Path temporary;

  /** Against an array of bytes in which those that came are marked. */
  @Property(tries = 60, seed = "2026")
  void randomPartsReadAsTheyCame(@ForAll @LongRange(max = 1_000_000) long seed) throws IOException {
    Random random = new Random(seed);
    byte[] body = new byte[LENGTH];
    random.nextBytes(body);
    BitSet model = new BitSet();
    try (Shelf store = MemoryTier.shelf(LIMIT)) {
      PartialContent parts = store.keepParts(LENGTH);
      for (int i = 0; i < 30; i++) {
        int from = random.nextInt(LENGTH);
        int until = Math.min(LENGTH, from + 1 + random.nextInt(40_000) / (1 + random.nextInt(500)));
        if (parts.put(from, ByteBuffer.wrap(body, from, until - from))) {
          model.set(from, until);
        }
      }
      assertThat(bitsOf(parts.held())).isEqualTo(or(bitsOf(parts.held()), model));
      for (ByteRange range : parts.held().ranges()) {
        assertThat(read(parts, range.from(), range.until()))
            .isEqualTo(Arrays.copyOfRange(body, (int) range.from(), (int) range.until()));
      }
      assertThat(store.openHandles()).isZero();
      parts.forget();
      assertThat(store.status().memoryBytes()).isZero();
    }
  }

  private static BitSet bitsOf(ByteRanges ranges) {
    BitSet bits = new BitSet();
    ranges.ranges().forEach(range -> bits.set((int) range.from(), (int) range.until()));
    return bits;
  }

  private static BitSet or(BitSet one, BitSet other) {
    BitSet both = (BitSet) one.clone();
    both.or(other);
    return both;
  }

  @Test
  void whatIsHereAlreadyStaysAsItIs() throws IOException {
    try (Shelf store = disk(LIMIT)) {
      PartialContent parts = store.keepParts(10);
      assertThat(parts.put(2, bytes("cde"))).isTrue();
      assertThat(parts.put(0, bytes("ABCDEFG"))).isTrue();

      assertThat(new String(read(parts, 0, 7), UTF_8)).isEqualTo("ABcdeFG");
      parts.forget();
      assertThat(parts.held()).isEqualTo(ByteRanges.NONE);
      assertThat(parts.put(0, bytes("A"))).isFalse();
    }
  }

  @Test
  void whatIsMissingIsNotRead() throws IOException {
    try (Shelf store = disk(LIMIT)) {
      PartialContent parts = store.keepParts(10);
      parts.put(2, bytes("cde"));

      assertThat(parts.source(1, 4, new ByteTally())).isEmpty();
      assertThat(parts.source(2, 6, new ByteTally())).isEmpty();
      assertThat(new String(read(parts, 3, 5), UTF_8)).isEqualTo("de");
    }
  }

  @Test
  void aFlippedByteOnDiskIsNeverGivenOutAndForgetsTheParts() throws IOException {
    try (Shelf store = disk(LIMIT)) {
      PartialContent parts = store.keepParts(LENGTH);
      parts.put(20_000, ByteBuffer.allocate(20_000));
      Path file = partialFiles().getFirst();
      try (RandomAccessFile damaged = new RandomAccessFile(file.toFile(), "rw")) {
        damaged.seek(39_000);
        damaged.write(1);
      }

      assertThat(read(parts, 20_000, 32_768)).containsOnly(0);
      assertThatThrownBy(() -> read(parts, 20_000, 40_000))
          .isInstanceOf(DamagedContentException.class);
      assertThat(parts.isKept()).isFalse();
      assertThat(store.status().damagedContents()).isEqualTo(1);
      assertThat(partialFiles()).isEmpty();
      assertThat(store.status().diskBytes()).isZero();
    }
  }

  @Test
  void aScatteredRequesterIsStoppedAtALimit() throws IOException {
    try (Shelf store = disk(LIMIT)) {
      PartialContent parts = store.keepParts(64L * ContentId.CHUNK_BYTES);
      int kept = 0;
      for (int i = 0; i < 64 * 64; i++) {
        kept += parts.put(i * 256L, ByteBuffer.allocate(1)) ? 1 : 0;
      }
      assertThat(kept).isEqualTo(PartialContent.MAX_FRAGMENTS);
      assertThat(parts.held().ranges()).hasSize(PartialContent.MAX_FRAGMENTS);
    }
  }

  @Test
  void partsMakeRoomForContentsAndContentsForParts() throws IOException {
    try (Shelf store = disk(300_000)) {
      PartialContent parts = store.keepParts(LENGTH);
      assertThat(parts.put(0, ByteBuffer.allocate(LENGTH))).isTrue();
      for (int i = 0; i < 64 && parts.isKept(); i++) {
        ContentId stored = new Sample(70_000, i).store(store).id();
        store.open(stored).ifPresent(HeldContent::close);
      }
      assertThat(parts.isKept()).isFalse();
      assertThat(partialFiles()).isEmpty();

      PartialContent next = store.keepParts(LENGTH);
      assertThat(next.put(0, ByteBuffer.allocate(LENGTH))).isTrue();
      assertThat(store.ids()).hasSizeLessThan(4);
      assertThat(store.status().diskBytes()).isLessThanOrEqualTo(300_000);
    }
  }

  @Test
  void whatIsBeingReadIsNotDeleted() throws IOException {
    try (Shelf store = disk(LIMIT)) {
      PartialContent parts = store.keepParts(10);
      parts.put(0, bytes("0123456789"));
      try (Source source = parts.source(0, 10, new ByteTally()).orElseThrow()) {
        parts.forget();
        Buffer sink = new Buffer();
        assertThat(source.read(sink, 100)).isEqualTo(10);
        assertThat(sink.readUtf8()).isEqualTo("0123456789");
      }
      assertThat(partialFiles()).isEmpty();
    }
  }

  /** What a killed process leaves is deleted at the next start, parts like fills. */
  @Test
  void aRestartStartsWithoutParts() throws IOException {
    Path directory = temporary.resolve("store");
    try (Shelf store = disk(LIMIT)) {
      store.keepParts(LENGTH).put(5, ByteBuffer.allocate(50_000));
      assertThat(partialFiles()).hasSize(1);
    }
    try (Shelf store =
        DiskStore.shelf(new NioFiles(), directory, LIMIT, 1 << 20, InstantSource.system())) {
      assertThat(partialFiles()).isEmpty();
      assertThat(store.status().diskBytes()).isZero();
    }
  }

  @Test
  void aFailingDiskEndsThePartsAndNothingElse() throws IOException {
    Shelf store = disk(LIMIT);
    PartialContent parts = store.keepParts(LENGTH);
    parts.put(0, bytes("a"));
    store.close();

    assertThat(parts.put(50_000, bytes("b"))).isFalse();
    assertThat(parts.isKept()).isFalse();
  }

  private Shelf disk(long limitBytes) throws IOException {
    return DiskStore.shelf(
        new NioFiles(), temporary.resolve("store"), limitBytes, 1 << 20, InstantSource.system());
  }

  private List<Path> partialFiles() throws IOException {
    try (Stream<Path> files = Files.list(temporary.resolve("store").resolve("partial"))) {
      return files.toList();
    }
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  private static byte[] read(PartialContent parts, long from, long until) throws IOException {
    Buffer all = new Buffer();
    try (Source source = parts.source(from, until, new ByteTally()).orElseThrow()) {
      while (source.read(all, 10_000) != -1) {
        assertThat(all.size()).isLessThanOrEqualTo(until - from);
      }
    }
    return all.readByteArray();
  }
}
