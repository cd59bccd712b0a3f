package dev.fugitive.cache.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ContentId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import okio.Buffer;
import okio.ByteString;
import okio.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store whose machine stops at any moment, and one whose disk fails. */
@Timeout(120)
final class DiskStoreCrashTest {
  private static final long LIMIT = 400_000;
  private static final List<Sample> SAMPLES =
      List.of(
          new Sample(100_000),
          new Sample(70_000),
          new Sample(0),
          new Sample(150_000),
          new Sample(16_384),
          new Sample(160_000));

  @TempDir Path temporary;

  private final Set<ContentId> announced = new HashSet<>();

  @Test
  void aStopAtAnyWriteLosesOnlyWhatWasUnderWay() throws IOException {
    int operations = runUntil(temporary.resolve("whole"), Integer.MAX_VALUE);
    assertThat(operations).isGreaterThan(40);
    for (int stop = 1; stop <= operations; stop++) {
      Path directory = temporary.resolve("stop" + stop);
      runUntil(directory, stop);
      checkAfterStop(directory);
    }
  }

  /** Runs the script on a machine that stops; returns how many operations it has made. */
  private int runUntil(Path directory, int stop) throws IOException {
    announced.clear();
    StoppingFiles files = new StoppingFiles(number -> number >= stop, () -> checkLimit(directory));
    try (Shelf store = DiskStore.shelf(files, directory, LIMIT, 1 << 20, InstantSource.system())) {
      store.addListener(
          new ContentListener() {
            @Override
            public void onAdded(ContentId id) {
              announced.add(id);
            }

            @Override
            public void onRemoved(ContentId id, RemovalCause cause) {
              announced.remove(id);
            }
          });
      script(store);
    } catch (IOException e) {
      assertThat(files.operations()).as(e.toString()).isGreaterThanOrEqualTo(stop);
    }
    return files.operations();
  }

  /** In order, by chunks from the end, abandoned, removed, evicted, and stored again. */
  private static void script(ContentStore store) throws IOException {
    inOrder(SAMPLES.get(0), store);
    byChunksFromTheEnd(SAMPLES.get(1), store);
    inOrder(SAMPLES.get(2), store);
    try (OrderedFill abandoned = store.fillInOrder(-1)) {
      abandoned.write(new Buffer().write(new byte[90_000]));
    }
    inOrder(SAMPLES.get(3), store);
    store.remove(SAMPLES.get(0).id);
    inOrder(SAMPLES.get(4), store);
    byChunksFromTheEnd(SAMPLES.get(5), store);
    inOrder(SAMPLES.get(0), store);
  }

  private static void inOrder(Sample sample, ContentStore store) throws IOException {
    try (OrderedFill fill = store.fillInOrder(sample.body.length)) {
      fill.write(new Buffer().write(sample.body));
      fill.finish();
    }
  }

  private static void byChunksFromTheEnd(Sample sample, ContentStore store) throws IOException {
    try (ChunkFill fill = store.fillByChunks(sample.id)) {
      for (int index = sample.id.chunkCount() - 1; index >= 0; index--) {
        fill.put(sample.chunk(fill.tree(), index), Provenance.TIER1);
      }
    }
  }

  private static void checkAfterStopOf(ContentStore store) throws IOException {
    for (ContentId id : store.ids()) {
      Sample sample = SAMPLES.stream().filter(one -> one.id.equals(id)).findFirst().orElseThrow();
      sample.checkHeld(store);
      assertThat(store.find(sample.sha256)).contains(id);
    }
    assertThat(store.status().damagedContents()).isZero();
  }

  private void checkAfterStop(Path directory) throws IOException {
    try (ContentStore store = DiskStore.open(directory, LIMIT, 1 << 20)) {
      checkAfterStopOf(store);
      assertThat(store.ids()).containsAll(announced);
      assertThat(directory.resolve("partial")).isEmptyDirectory();
      checkLimit(directory);
      SAMPLES.get(5).store(store);
      SAMPLES.get(5).checkHeld(store);
    }
  }

  private static void checkLimit(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      assertThat(files.mapToLong(DiskStoreCrashTest::fileBytes).sum()).isLessThanOrEqualTo(LIMIT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long fileBytes(Path path) {
    return Files.isRegularFile(path) ? path.toFile().length() : 0;
  }

  /** A process that stores without end is killed, several times, on the same directory. */
  @Test
  void aKilledProcessLeavesAStoreThatOpens() throws Exception {
    Path directory = temporary.resolve("killed");
    for (int round = 1; round <= 3; round++) {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  StoreWithoutEnd.class.getName(),
                  directory.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (BufferedReader out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        for (int stored = 0; stored < 10 * round + round; stored++) {
          assertThat(out.readLine()).isEqualTo("stored");
        }
      } finally {
        process.destroyForcibly().waitFor();
      }
      try (ContentStore store = DiskStore.open(directory, LIMIT, 1 << 20)) {
        checkAfterStopOf(store);
        assertThat(store.ids()).isNotEmpty();
      }
    }
  }

  /** What the killed process does. */
  static final class StoreWithoutEnd {
    private StoreWithoutEnd() {}

    public static void main(String[] arguments) throws IOException {
      try (ContentStore store = DiskStore.open(Path.of(arguments[0]), LIMIT, 1 << 20)) {
        for (int i = 0; i < 100_000; i++) {
          Sample sample = SAMPLES.get(i * 5 % SAMPLES.size());
          if (i % 2 == 0) {
            sample.store(store);
          } else {
            byChunksFromTheEnd(sample, store);
          }
          System.out.println("stored");
          store.remove(SAMPLES.get(i % SAMPLES.size()).id);
        }
      }
    }
  }

  @Test
  void aDiskThatFailsInTheMiddleOfABodyDoesNotBreakTheResponse() throws Exception {
    Sample sample = new Sample(300_000);
    try (Shelf store = openFailing(number -> number > 6)) {
      ByteTally tally = new ByteTally();
      try (OrderedFill fill = store.fillInOrder(sample.body.length);
          Source reader = fill.source(tally, Provenance.ORIGIN).orElseThrow()) {
        Buffer got = new Buffer();
        Buffer body = new Buffer().write(sample.body);
        while (!body.exhausted()) {
          Buffer piece = new Buffer();
          piece.write(body, Math.min(body.size(), 50_000));
          fill.write(piece);
          while (got.size() < fill.length()) {
            assertThat(reader.read(got, 1 << 20)).isPositive();
          }
        }
        assertThat(fill.finish()).isEmpty();
        assertThat(reader.read(got, 1)).isEqualTo(-1);
        assertThat(got.readByteString()).isEqualTo(ByteString.of(sample.body));
      }
      assertThat(store.ids()).isEmpty();
      assertThat(store.openHandles()).isZero();
    }
  }

  @Test
  void aDiskThatFailsInTheMiddleOfChunksDoesNotBreakTheReader() throws Exception {
    Sample sample = new Sample(300_000);
    try (Shelf store = openFailing(number -> number > 9)) {
      try (ChunkFill fill = store.fillByChunks(sample.id);
          Source reader = fill.source(0, sample.body.length, new ByteTally())) {
        sample.put(fill, 0, sample.id.chunkCount());
        assertThat(Sample.bytes(reader)).isEqualTo(ByteString.of(sample.body));
      }
      assertThat(store.ids()).isEmpty();
    }
  }

  private Shelf openFailing(IntPredicate fails) throws IOException {
    return DiskStore.shelf(
        new StoppingFiles(fails, () -> {}),
        temporary.resolve("failing"),
        LIMIT,
        1 << 20,
        InstantSource.system());
  }
}
