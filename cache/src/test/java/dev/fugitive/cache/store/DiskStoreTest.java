package dev.fugitive.cache.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.cache.content.ContentId;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import okio.Buffer;
import okio.ByteString;
import okio.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract over disk, and what only a disk can do. */
final class DiskStoreTest extends ContentStoreContract {
  private static final long MEMORY_LIMIT = 8 * 1024 * 1024;

  @TempDir Path temporary;

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private int directories;

  @Override
  Shelf open(long limitBytes) throws IOException {
    directories++;
    return open(directory(), limitBytes);
  }

  private Path directory() {
    return temporary.resolve("store" + directories);
  }

  private Shelf open(Path directory, long limitBytes) throws IOException {
    InstantSource clock = now::get;
    return DiskStore.shelf(new NioFiles(), directory, limitBytes, MEMORY_LIMIT, clock);
  }

  @Override
  void checkNothingLeaked() throws IOException {
    assertThat(store.openFiles()).isZero();
    assertThat(fileBytes("partial")).isZero();
    assertThat(fileBytes("contents")).isLessThanOrEqualTo(store.status().diskBytes());
    assertThat(store.status().diskBytes()).isLessThanOrEqualTo(store.status().diskLimitBytes());
  }

  private long fileBytes(String part) throws IOException {
    try (Stream<Path> files = Files.list(directory().resolve(part))) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private void reopen(long limitBytes) throws IOException {
    store.close();
    store = open(directory(), limitBytes);
  }

  @Test
  void whatIsPinnedStaysWhateverComesAndAfterARestart() throws IOException {
    Sample pinned = new Sample(300_000);
    pinned.store(store);
    assertThat(store.pin(pinned.id, PinOwner.USER)).isTrue();
    assertThat(store.pin(pinned.id, PinOwner.USER)).isTrue();
    for (int i = 0; i < 40; i++) {
      new Sample(1_000_000 + i).store(store);
    }
    assertThat(store.status().evictedContents()).isPositive();
    pinned.checkHeld(store);
    reopen(LIMIT);
    assertThat(store.pinned()).containsExactly(pinned.id);
    assertThat(store.unpin(pinned.id, PinOwner.USER)).isTrue();
    assertThat(store.unpin(pinned.id, PinOwner.USER)).isFalse();
    reopen(LIMIT);
    assertThat(store.pinned()).isEmpty();
  }

  @Test
  void whatOneLetsGoStaysAsLongAsTheOtherPinsIt() throws IOException {
    Sample both = new Sample(300_000);
    both.store(store);
    store.pin(both.id, PinOwner.USER);
    store.pin(both.id, PinOwner.MIRROR);
    assertThat(store.unpin(both.id, PinOwner.MIRROR)).isTrue();
    assertThat(store.unpin(both.id, PinOwner.MIRROR)).isFalse();
    assertThat(store.pinned()).containsExactly(both.id);
    store.pin(both.id, PinOwner.MIRROR);
    store.unpin(both.id, PinOwner.USER);
    reopen(LIMIT);
    assertThat(store.pinned(PinOwner.MIRROR)).containsExactly(both.id);
    assertThat(store.pinned(PinOwner.USER)).isEmpty();
    store.remove(both.id);
    assertThat(fileBytes("pins")).isZero();
    assertThat(store.pinned()).isEmpty();
  }

  @Test
  void noMoreThanHalfOfTheLimitIsPinned() throws IOException {
    Sample one = new Sample((int) (LIMIT / 3));
    Sample other = new Sample((int) (LIMIT / 3) + 1);
    one.store(store);
    other.store(store);
    assertThat(store.pin(one.id, PinOwner.USER)).isTrue();
    assertThatThrownBy(() -> store.pin(other.id, PinOwner.USER))
        .isInstanceOf(StoreFullException.class)
        .hasMessageContaining("half of the limit");
    assertThat(store.pinned()).containsExactly(one.id);
    store.remove(one.id);
    assertThat(store.pin(one.id, PinOwner.USER)).isFalse();
    assertThat(store.pin(other.id, PinOwner.USER)).isTrue();
  }

  @Test
  void aLowerLimitUnpinsWhatItHasNoRoomFor() throws IOException {
    Sample large = new Sample((int) (LIMIT / 3));
    large.store(store);
    store.pin(large.id, PinOwner.USER);
    reopen(LIMIT / 2);
    assertThat(store.pinned()).isEmpty();
    assertThat(fileBytes("pins")).isZero();
  }

  @Test
  void verifyingFindsAByteThatTheDiskChangedBehindMemory() throws IOException {
    Sample good = new Sample(100_000);
    Sample bad = new Sample(200_000);
    good.store(store);
    bad.store(store);
    bad.checkHeld(store);
    Path file = directory().resolve("contents/" + bad.id.root().hex() + "-200000");
    byte[] bytes = Files.readAllBytes(file);
    bytes[150_000] ^= 1;
    Files.write(file, bytes);
    assertThat(store.verify(good.id)).contains(true);
    assertThat(store.verify(bad.id)).contains(false);
    assertThat(store.verify(bad.id)).isEmpty();
    assertThat(store.ids()).containsExactly(good.id);
  }

  @Test
  void whatWasStoredIsThereAfterARestart() throws IOException {
    Sample large = new Sample(3_000_000);
    Sample empty = new Sample(0);
    large.store(store);
    empty.store(store);
    StoreStatus before = store.status();
    reopen(LIMIT);
    large.checkHeld(store);
    empty.checkHeld(store);
    assertThat(store.find(large.sha256)).contains(large.id);
    assertThat(store.status().diskBytes()).isEqualTo(before.diskBytes());
  }

  @Test
  void aShortBodyIsInMemoryAtOnceAndALongOneWhenItWasRead() throws IOException {
    Sample small = new Sample(50_000);
    small.store(store);
    assertThat(readFrom(small, Provenance.MEMORY)).isEqualTo(50_000);
    assertThat(store.openFiles()).isZero();
    Sample large = new Sample(2_000_000);
    large.store(store);
    assertThat(readFrom(large, Provenance.DISK)).isEqualTo(2_000_000);
    assertThat(readFrom(large, Provenance.MEMORY)).isEqualTo(2_000_000);
    assertThat(store.status().memoryBytes()).isBetween(2_050_000L, MEMORY_LIMIT);
  }

  private long readFrom(Sample sample, Provenance from) throws IOException {
    ByteTally tally = new ByteTally();
    try (HeldContent held = store.open(sample.id).orElseThrow();
        Source source = held.source(0, sample.body.length, tally)) {
      assertThat(Sample.bytes(source)).isEqualTo(ByteString.of(sample.body));
    }
    return tally.bytes(from);
  }

  @Test
  void theMemoryLimitHolds() throws IOException {
    for (int i = 0; i < 12; i++) {
      Sample sample = new Sample(1_500_000 + i);
      sample.store(store);
      sample.checkHeld(store);
      assertThat(store.status().memoryBytes()).isLessThanOrEqualTo(MEMORY_LIMIT);
    }
    assertThat(store.status().memoryBytes()).isGreaterThan(MEMORY_LIMIT / 2);
  }

  @Test
  void aSecondStoreOnTheSameDirectoryIsRefusedByName() {
    assertThatThrownBy(() -> open(directory(), LIMIT))
        .isInstanceOf(DirectoryInUseException.class)
        .hasMessageContaining(directory().toString());
  }

  @Test
  void aDirectoryThatHoldsOtherFilesIsNotTouched() throws IOException {
    Path photos = Files.createDirectories(temporary.resolve("photos").resolve("contents"));
    Files.writeString(photos.resolve("cat.jpg"), "meow");
    assertThatThrownBy(() -> open(temporary.resolve("photos"), LIMIT))
        .hasMessageContaining("holds other files");
    assertThat(photos.resolve("cat.jpg")).exists();
  }

  @Test
  void aSmallerLimitAtTheNextStartIsKept() throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      samples.add(new Sample(1_000_000 + i));
      samples.getLast().store(store);
    }
    reopen(3_500_000);
    assertThat(store.status().contents()).isEqualTo(3);
    assertThat(fileBytes("contents")).isLessThanOrEqualTo(3_500_000);
  }

  @Test
  void theOrderOfEvictionSurvivesARestart() throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Sample sample = new Sample(1_000_000 + i);
      samples.add(sample);
      sample.store(store);
      Files.setLastModifiedTime(
          file(sample.id), FileTime.from(now.get().plus(Duration.ofMinutes(i))));
    }
    reopen(LIMIT);
    now.set(now.get().plus(Duration.ofHours(2)));
    store.open(samples.get(0).id).orElseThrow().close();
    reopen(2_200_000);
    assertThat(store.ids()).containsExactlyInAnyOrder(samples.get(0).id, samples.get(4).id);
  }

  private Path file(ContentId id) {
    return directory().resolve("contents").resolve(id.root().hex() + "-" + id.length());
  }

  /** A damaged byte anywhere in the file: found, never served, forgotten, counted, told. */
  @Test
  void aDamagedByteInTheBodyOrTheLeavesIsNeverServed() throws IOException {
    Sample sample = new Sample(2_500_000);
    int leavesAt = sample.body.length;
    for (int at : new int[] {0, 16_384, 1_300_000, leavesAt - 1, leavesAt, leavesAt + 4_000}) {
      sample.store(store);
      flip(file(sample.id), at);
      long damagedBefore = store.status().damagedContents();
      int heardBefore = heard.size();
      try (HeldContent held = store.open(sample.id).orElseThrow();
          Source source = held.source(0, sample.body.length, new ByteTally())) {
        Buffer got = new Buffer();
        assertThatThrownBy(() -> got.writeAll(source)).isInstanceOf(DamagedContentException.class);
        int served = (int) got.size();
        assertThat(served).isLessThanOrEqualTo(at);
        assertThat(got.readByteString()).isEqualTo(ByteString.of(sample.body, 0, served));
      }
      assertThat(store.open(sample.id)).isEmpty();
      assertThat(store.find(sample.sha256)).isEmpty();
      assertThat(file(sample.id)).doesNotExist();
      assertThat(store.status().damagedContents()).isEqualTo(damagedBefore + 1);
      assertThat(heard.subList(heardBefore, heard.size())).containsExactly("DAMAGED " + sample.id);
    }
    sample.store(store);
    sample.checkHeld(store);
  }

  @Test
  void damagedLeavesGiveNoProof() throws IOException {
    Sample sample = new Sample(500_000);
    sample.store(store);
    flip(file(sample.id), 500_000 + 33);
    try (HeldContent held = store.open(sample.id).orElseThrow()) {
      assertThatThrownBy(() -> held.proof(3, 1)).isInstanceOf(DamagedContentException.class);
    }
    assertThat(store.ids()).isEmpty();
  }

  @Test
  void aFileThatWasCutShortOrDeletedIsForgotten() throws IOException {
    Sample cut = new Sample(2_000_000);
    Sample deleted = new Sample(2_000_001);
    cut.store(store);
    deleted.store(store);
    Files.write(file(cut.id), new byte[1000]);
    Files.delete(file(deleted.id));
    for (Sample sample : List.of(cut, deleted)) {
      try (HeldContent held = store.open(sample.id).orElseThrow()) {
        assertThatThrownBy(() -> held.read(5, 1)).isInstanceOf(DamagedContentException.class);
      }
    }
    assertThat(store.ids()).isEmpty();
    assertThat(store.status().diskBytes()).isZero();
  }

  @Test
  void aBrokenTrailerIsRemovedAtTheStartAndCounted() throws IOException {
    Sample good = new Sample(100_000);
    good.store(store);
    List<Sample> broken = new ArrayList<>();
    int trailerAt = 100_000 - 5 + 7 * 32;
    for (int at : new int[] {0, 8, 12, 16, 24, 56, 88, 136, 200, 231}) {
      Sample sample = new Sample(99_995, at);
      broken.add(sample);
      sample.store(store);
      flip(file(sample.id), trailerAt + at);
    }
    Sample cut = new Sample(99_000);
    cut.store(store);
    Files.write(file(cut.id), new byte[100]);
    Path foreign = directory().resolve("contents").resolve("notes.txt");
    Files.writeString(foreign, "mine");
    reopen(LIMIT);
    assertThat(store.ids()).containsExactly(good.id);
    assertThat(store.status().damagedContents()).isEqualTo(broken.size() + 1);
    assertThat(file(cut.id)).doesNotExist();
    assertThat(foreign).exists();
    good.checkHeld(store);
    Files.delete(foreign);
  }

  @Test
  void partialFilesAreRemovedAtTheStart() throws IOException {
    Files.write(directory().resolve("partial").resolve("17"), new byte[5000]);
    reopen(LIMIT);
    assertThat(fileBytes("partial")).isZero();
    assertThat(store.status().diskBytes()).isZero();
  }

  @Test
  void aReaderThatIsInterruptedDisturbsNobodyElse() throws Exception {
    use(LIMIT);
    Sample sample = new Sample(6_000_000);
    sample.store(store);
    List<Future<?>> readers = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      boolean interrupted = i % 2 == 0;
      readers.add(
          threads.submit(() -> {
            if (interrupted) {
              readInterrupted(sample);
            } else {
              sample.checkHeld(store);
            }
            return sample;
          }));
    }
    for (Future<?> reader : readers) {
      reader.get();
    }
    assertThat(store.ids()).containsExactly(sample.id);
  }

  private void readInterrupted(Sample sample) throws IOException {
    try (HeldContent held = store.open(sample.id).orElseThrow()) {
      Thread.currentThread().interrupt();
      held.read(10, 200);
    } catch (InterruptedIOException e) {
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      Thread.interrupted();
    }
  }

  private static void flip(Path file, long at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) at] ^= 0x40;
    Files.write(file, bytes);
  }
}
