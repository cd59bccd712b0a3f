package dev.fugitive.bench.jmh;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.store.ByteTally;
import dev.fugitive.cache.store.ContentStore;
import dev.fugitive.cache.store.DiskStore;
import dev.fugitive.cache.store.HeldContent;
import dev.fugitive.cache.store.MemoryTier;
import dev.fugitive.cache.store.OrderedFill;
import dev.fugitive.client.wire.WireLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import okio.Buffer;
import okio.FileSystem;
import okio.Okio;
import okio.Source;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a hit costs, in memory and on disk: opening a content, reading one frame of it for a peer,
 * and reading 1 MiB of it in order for a client.
 *
 * <pre>
 *   java -cp "bench/target/classes:bench/target/lib/*" org.openjdk.jmh.Main \
 *     -rf json -rff store-read.json StoreReadBenchmark
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch"})
public class StoreReadBenchmark {
  private static final int LENGTH = 1 << 20;
  private static final long STORE_BYTES = 64L << 20;
  private static final int FRAMES = LENGTH / WireLimits.MAX_PAYLOAD_BYTES;

  /** Where the content is when it is read. */
  public enum Tier {
    /** The memory tier of the disk store, over which it was read before. */
    MEMORY(STORE_BYTES),
    /** Files that the system keeps in its page cache; nothing in the memory tier. */
    DISK(0);

    private final long memoryLimitBytes;

    Tier(long memoryLimitBytes) {
      this.memoryLimitBytes = memoryLimitBytes;
    }
  }

  @Param Tier tier = Tier.MEMORY;

  private Path directory = Path.of("");
  private ContentStore store = MemoryTier.open(1);
  private ContentId id = ContentId.EMPTY;
  private int frame;

  /** Fills the store. */
  @Setup
  public void setUp() throws IOException {
    store.close();
    directory = Files.createTempDirectory("store-read");
    store = DiskStore.open(directory, STORE_BYTES, tier.memoryLimitBytes);
    try (OrderedFill fill = store.fillInOrder(LENGTH)) {
      fill.write(new Buffer().write(Bodies.NOISE.bytes(LENGTH)));
      id = fill.finish().orElseThrow().id();
    }
  }

  /** Closes the store and removes its files. */
  @TearDown
  public void tearDown() throws IOException {
    store.close();
    FileSystem.SYSTEM.deleteRecursively(okio.Path.get(directory));
  }

  /** Opens the content, reads a frame, another each time, and its proof. */
  @Benchmark
  public ByteBuffer readFrame() throws IOException {
    frame = (frame + 1) % FRAMES;
    int first = frame * WireLimits.MAX_FRAME_CHUNKS;
    try (HeldContent held = store.open(id).orElseThrow()) {
      held.proof(first, WireLimits.MAX_FRAME_CHUNKS);
      return held.read(first, WireLimits.MAX_FRAME_CHUNKS);
    }
  }

  /** Opens the content and reads all of it in order. */
  @Benchmark
  public long readInOrder() throws IOException {
    try (HeldContent held = store.open(id).orElseThrow();
        Source source = held.source(0, LENGTH, new ByteTally())) {
      return Okio.buffer(source).readAll(Okio.blackhole());
    }
  }
}
