package dev.fugitive.cache.index;

import static dev.fugitive.cache.index.Responses.key;
import static dev.fugitive.cache.index.Responses.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.cache.http.StoredResponse;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogIndexTest extends RepresentationIndexContract {
  /** So small that segments are started, emptied and given up all the time. */
  private static final LogLimits TINY = new LogLimits(32 * 1024, 4096, 2048, 1000);

  private static final LogLimits ROOMY = new LogLimits(1 << 20, 4096, 2048, 1000);

  @TempDir Path directory;

  @Override
  RepresentationIndex open() throws IOException {
    return RepresentationIndex.open(directory.resolve("index"), LogIndex.MIN_LIMIT_BYTES);
  }

  private void reopen() throws IOException {
    index.close();
    index = open();
  }

  private static LogIndex open(Path directory, LogLimits limits) throws IOException {
    return LogIndex.open(DiskSegmentFiles.open(directory), limits);
  }

  @Test
  void everythingIsThereAfterReopening() throws IOException {
    index.put(response(1, 1));
    index.put(response(2, 1));
    index.put(response(2, 2));
    index.put(response(3, 1));
    index.remove(key(3));
    reopen();
    assertThat(index.get(key(1))).containsExactly(response(1, 1));
    assertThat(index.get(key(2))).containsExactly(response(2, 2));
    assertThat(index.get(key(3))).isEmpty();
    assertThat(index.find(Responses.content(2))).containsExactly(response(2, 2));
    assertThat(index.status().damagedResources()).isZero();
  }

  @Test
  void aDirectoryInUseIsRefused() {
    assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("in use");
  }

  @Test
  void aLimitThatIsTooSmallIsRefused() {
    assertThatThrownBy(() -> RepresentationIndex.open(directory.resolve("other"), 1000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1000");
  }

  @Test
  void aClosedIndexRefusesPutsAndAnswersNothingWrong() throws IOException {
    index.put(response(1, 1));
    index.close();
    assertThatThrownBy(() -> index.put(response(2, 1))).isInstanceOf(IOException.class);
    assertThat(index.get(key(2))).isEmpty();
    index.removeContent(Responses.content(1));
    index.close();
  }

  /** Random puts and removals; gives what every resource's state must be. */
  private static Map<Integer, List<StoredResponse>> script(
      RepresentationIndex index, long seed, int steps, int resources) throws IOException {
    Map<Integer, List<StoredResponse>> expected = new HashMap<>();
    Random random = new Random(seed);
    for (int step = 0; step < steps; step++) {
      int number = random.nextInt(resources);
      if (random.nextInt(4) == 0) {
        index.remove(key(number));
        expected.remove(number);
      } else {
        index.put(response(number, step));
        expected.put(number, List.of(response(number, step)));
      }
    }
    return expected;
  }

  @Test
  void killedAtAnyWriteItReopensInTheStateBeforeOrAfterTheChangeInProgress() throws IOException {
    boolean finished = false;
    int faults = 0;
    for (int fault = 0; !finished; fault++) {
      Path killed = directory.resolve("killed" + fault);
      FaultySegmentFiles files = new FaultySegmentFiles(DiskSegmentFiles.open(killed), fault, true);
      Map<Integer, List<StoredResponse>> expected = new HashMap<>();
      int inProgress = -1;
      List<StoredResponse> next = List.of();
      try (LogIndex index = LogIndex.open(files, ROOMY)) {
        Random random = new Random(7);
        for (int step = 0; step < 120 && !files.happened(); step++) {
          int number = random.nextInt(6);
          boolean remove = random.nextInt(4) == 0;
          inProgress = number;
          next = remove ? List.of() : List.of(response(number, step));
          apply(index, number, next);
          if (!files.happened()) {
            expected.put(number, next);
          }
        }
        finished = !files.happened();
      }
      faults++;
      checkReopened(killed, expected, inProgress, next);
      deleteAll(killed);
    }
    assertThat(faults).isGreaterThan(100);
  }

  private static void apply(LogIndex index, int number, List<StoredResponse> next) {
    try {
      if (next.isEmpty()) {
        index.remove(key(number));
      } else {
        index.put(next.getFirst());
      }
    } catch (IOException e) {
      assertThat(e).hasStackTraceContaining("fault");
    }
  }

  private static void checkReopened(
      Path directory,
      Map<Integer, List<StoredResponse>> expected,
      int inProgress,
      List<StoredResponse> next)
      throws IOException {
    for (int round = 0; round < 2; round++) {
      try (LogIndex index = open(directory, ROOMY)) {
        assertThat(index.status().damagedResources()).isZero();
        for (int number = 0; number < 6; number++) {
          List<StoredResponse> before = expected.getOrDefault(number, List.of());
          if (number == inProgress) {
            assertThat(index.get(key(number))).isIn(before, next);
          } else {
            assertThat(index.get(key(number))).isEqualTo(before);
          }
        }
        // a record after the cut, so that the second round finds the cut in the middle of the log
        index.put(response(50 + round, 1));
      }
    }
  }

  @Test
  void killedWhileItMakesRoomItReopensWithNothingThatWasRemovedOrReplaced() throws IOException {
    for (int fault = 0; fault < 400; fault += 3) {
      Path killed = directory.resolve("killed" + fault);
      FaultySegmentFiles files = new FaultySegmentFiles(DiskSegmentFiles.open(killed), fault, true);
      Map<Integer, List<StoredResponse>> expected = new HashMap<>();
      int inProgress = -1;
      List<StoredResponse> next = List.of();
      try (LogIndex index = LogIndex.open(files, TINY)) {
        Random random = new Random(fault);
        for (int step = 0; step < 400 && !files.happened(); step++) {
          inProgress = random.nextInt(200);
          next = random.nextInt(5) == 0 ? List.of() : List.of(response(inProgress, step));
          apply(index, inProgress, next);
          index.get(key(random.nextInt(200)));
          if (!files.happened()) {
            expected.put(inProgress, next);
          }
        }
      }
      assertThat(diskBytes(killed)).isLessThanOrEqualTo(TINY.limitBytes());
      try (LogIndex index = open(killed, TINY)) {
        assertThat(index.status().damagedResources()).isZero();
        for (int number = 0; number < 200; number++) {
          List<StoredResponse> found = index.get(key(number));
          if (number == inProgress) {
            assertThat(found).isIn(List.of(), expected.getOrDefault(number, List.of()), next);
          } else {
            assertThat(found).isIn(List.of(), expected.getOrDefault(number, List.of()));
          }
        }
      }
      deleteAll(killed);
    }
  }

  @Test
  void cutOffAtAnyByteItReopensInAStateThatOnceWas() throws IOException {
    Path whole = directory.resolve("whole");
    int[] ends = new int[6];
    try (LogIndex index = open(whole, ROOMY)) {
      for (int i = 0; i < ends.length; i++) {
        index.put(response(1, i));
        ends[i] = (int) index.status().bytes();
      }
    }
    Path segment = whole.resolve("segment-000000001");
    byte[] bytes = Files.readAllBytes(segment);
    for (int length = 0; length <= bytes.length; length += 7) {
      Files.write(segment, Arrays.copyOf(bytes, length));
      int complete = 0;
      while (complete < ends.length && ends[complete] <= length) {
        complete++;
      }
      try (LogIndex index = open(whole, ROOMY)) {
        assertThat(index.get(key(1)))
            .isEqualTo(complete == 0 ? List.of() : List.of(response(1, complete - 1)));
        assertThat(index.status().damagedResources()).isZero();
      }
    }
  }

  @Test
  void afterAnyFlippedBitNothingOutdatedIsEverGiven() throws IOException {
    Path whole = directory.resolve("whole");
    LogLimits oneSegment = new LogLimits(1 << 20, 1 << 16, 2048, 1000);
    Map<Integer, List<StoredResponse>> expected;
    try (LogIndex index = open(whole, oneSegment)) {
      expected = script(index, 3, 20, 4);
      index.put(response(90, 1));
      index.put(response(91, 1));
    }
    Path segment = whole.resolve("segment-000000001");
    byte[] bytes = Files.readAllBytes(segment);
    int lastRecord = bytes.length - 600;
    Random random = new Random(11);
    for (int i = 0; i < 300; i++) {
      byte[] damaged = bytes.clone();
      damaged[random.nextInt(lastRecord)] ^= (byte) (1 << random.nextInt(8));
      Files.write(segment, damaged);
      try (LogIndex index = open(whole, oneSegment)) {
        for (int number = 0; number < 4; number++) {
          assertThat(index.get(key(number)))
              .isIn(List.of(), expected.getOrDefault(number, List.of()));
        }
        assertThat(index.get(key(91))).containsExactly(response(91, 1));
      }
    }
  }

  @Test
  void damageThatIsNoticedWhenReadIsCountedAndDropped() throws IOException {
    Path damaged = directory.resolve("damaged");
    try (LogIndex index = open(damaged, ROOMY)) {
      index.put(response(1, 1));
      index.put(response(2, 1));
    }
    try (LogIndex index = open(damaged, ROOMY)) {
      Path segment = damaged.resolve("segment-000000001");
      byte[] bytes = Files.readAllBytes(segment);
      bytes[200] ^= 1;
      Files.write(segment, bytes);
      assertThat(index.get(key(1))).isEmpty();
      assertThat(index.get(key(2))).containsExactly(response(2, 1));
      index.remove(key(-1));
      assertThat(index.status().damagedResources()).isEqualTo(1);
      assertThat(index.status().resources()).isEqualTo(1);
    }
  }

  @Test
  void aSegmentThatVanishedIsDroppedWhenRead() throws IOException {
    Path damaged = directory.resolve("damaged");
    try (LogIndex index = open(damaged, ROOMY)) {
      index.put(response(1, 1));
    }
    try (LogIndex index = open(damaged, ROOMY)) {
      Files.delete(damaged.resolve("segment-000000001"));
      assertThat(index.get(key(1))).isEmpty();
      index.remove(key(-1));
      assertThat(index.status().resources()).isZero();
    }
  }

  @Test
  void aDiskThatFailsOnceCostsOneChangeAndNoMore() throws IOException {
    for (int fault = 0; fault < 60; fault++) {
      Path disk = directory.resolve("disk" + fault);
      FaultySegmentFiles files = new FaultySegmentFiles(DiskSegmentFiles.open(disk), fault, false);
      Map<Integer, List<StoredResponse>> expected = new HashMap<>();
      int failed = -1;
      try (LogIndex index = LogIndex.open(files, ROOMY)) {
        for (int number = 0; number < 50; number++) {
          boolean before = files.happened();
          apply(index, number, List.of(response(number, 1)));
          if (before == files.happened()) {
            expected.put(number, List.of(response(number, 1)));
          } else {
            failed = number;
          }
        }
        check(index, expected, failed);
      }
      try (LogIndex index = open(disk, ROOMY)) {
        check(index, expected, failed);
        assertThat(index.status().damagedResources()).isZero();
      }
      deleteAll(disk);
    }
  }

  private static void check(
      LogIndex index, Map<Integer, List<StoredResponse>> expected, int failed) {
    for (int number = 0; number < 50; number++) {
      if (number != failed) {
        assertThat(index.get(key(number))).isEqualTo(expected.getOrDefault(number, List.of()));
      }
    }
  }

  @Test
  void whatIsAskedForOutlivesWhatIsNot() throws IOException {
    Path clock = directory.resolve("clock");
    try (LogIndex index = open(clock, TINY)) {
      index.put(response(0, 1));
      for (int number = 1; number < 1000; number++) {
        index.put(response(number, 1));
        assertThat(index.get(key(0))).containsExactly(response(0, 1));
        assertThat(diskBytes(clock)).isLessThanOrEqualTo(TINY.limitBytes());
      }
      assertThat(index.get(key(1))).isEmpty();
      assertThat(index.get(key(999))).isNotEmpty();
    }
    try (LogIndex index = open(clock, TINY)) {
      assertThat(index.get(key(0))).containsExactly(response(0, 1));
    }
  }

  @Test
  void resourcesAreBoundedInNumberToo() throws IOException {
    LogLimits few = new LogLimits(1 << 20, 4096, 2048, 10);
    try (LogIndex index = open(directory.resolve("few"), few)) {
      for (int number = 0; number < 100; number++) {
        index.put(response(number, 1));
        assertThat(index.status().resources()).isLessThanOrEqualTo(10);
      }
    }
  }

  @Test
  void oneResourceRewrittenForEverTakesLittleRoom() throws IOException {
    Path rewritten = directory.resolve("rewritten");
    try (LogIndex index = open(rewritten, ROOMY)) {
      for (int revision = 0; revision < 1000; revision++) {
        index.put(response(1, revision));
      }
      assertThat(index.get(key(1))).containsExactly(response(1, 999));
      assertThat(diskBytes(rewritten)).isLessThan(4 * 4096);
    }
  }

  @Test
  void aSmallerLimitThanBeforeHoldsFromTheFirstChangeOn() throws IOException {
    Path shrunk = directory.resolve("shrunk");
    try (LogIndex index = open(shrunk, ROOMY)) {
      for (int number = 0; number < 500; number++) {
        index.put(response(number, 1));
      }
      assertThat(diskBytes(shrunk)).isGreaterThan(TINY.limitBytes());
    }
    try (LogIndex index = open(shrunk, TINY)) {
      index.put(response(1000, 1));
      assertThat(diskBytes(shrunk)).isLessThanOrEqualTo(TINY.limitBytes());
      assertThat(index.get(key(1000))).containsExactly(response(1000, 1));
    }
  }

  @Test
  void aResponseTooLargeForTheLogIsRefusedAndItsResourceForgotten() throws IOException {
    try (LogIndex index = open(directory.resolve("large"), ROOMY)) {
      index.put(response(1, 1));
      StoredResponse large =
          response(1, 2).withVoucher(ByteString.of(new byte[ROOMY.maxRecordBytes()]));
      assertThatThrownBy(() -> index.put(large)).isInstanceOf(IOException.class);
      assertThat(index.get(key(1))).isEmpty();
    }
  }

  @Test
  void aClosedDirectoryCanBeOpenedAgainAtOnce() throws IOException {
    for (int i = 0; i < 20; i++) {
      try (LogIndex index = open(directory.resolve("again"), ROOMY)) {
        index.put(response(i, 1));
      }
    }
    try (LogIndex index = open(directory.resolve("again"), ROOMY)) {
      assertThat(index.status().resources()).isEqualTo(20);
    }
  }

  @Test
  void anInterruptDoesNotKeepTheIndexFromClosing() throws IOException {
    Path interrupted = directory.resolve("interrupted");
    LogIndex index = open(interrupted, ROOMY);
    index.put(response(1, 1));
    Thread.currentThread().interrupt();
    index.close();
    assertThat(Thread.interrupted()).isTrue();
    open(interrupted, ROOMY).close();
  }

  private static long diskBytes(Path directory) throws IOException {
    long[] bytes = {0};
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes[0] += attributes.size();
            return FileVisitResult.CONTINUE;
          }
        });
    return bytes[0];
  }

  private static void deleteAll(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
