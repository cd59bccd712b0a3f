package dev.fugitive.bench.jmh;

import dev.fugitive.cache.content.ChunkVerification;
import dev.fugitive.cache.content.ContentHasher;
import dev.fugitive.cache.content.MerkleProof;
import dev.fugitive.cache.content.MerkleTree;
import dev.fugitive.cache.content.PartialTree;
import dev.fugitive.client.wire.WireLimits;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it takes to name a body of 16 MiB, to prove a frame of it, and to verify that frame against
 * the name alone.
 *
 * <pre>
 *   java -cp "bench/target/classes:bench/target/lib/*" org.openjdk.jmh.Main \
 *     -rf json -rff merkle.json MerkleBenchmark
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
public class MerkleBenchmark {
  private static final int LENGTH = 16 << 20;
  private static final int FIRST_CHUNK = 512;
  private static final int CHUNKS = WireLimits.MAX_FRAME_CHUNKS;

  private final ByteBuffer body = ByteBuffer.wrap(Bodies.NOISE.bytes(LENGTH)).asReadOnlyBuffer();
  private final MerkleTree tree = ContentHasher.hash(body.duplicate()).tree();
  private final MerkleProof proof = tree.proof(FIRST_CHUNK, CHUNKS);
  private final ByteBuffer frame =
      body.slice(
          FIRST_CHUNK * (WireLimits.MAX_PAYLOAD_BYTES / CHUNKS), WireLimits.MAX_PAYLOAD_BYTES);

  /** Hashes the whole body: tree and flat digest in one pass. */
  @Benchmark
  public ContentHasher.Finished hashBody() {
    return ContentHasher.hash(body.duplicate());
  }

  /** Collects the proof of one frame. */
  @Benchmark
  public MerkleProof proveFrame() {
    return tree.proof(FIRST_CHUNK, CHUNKS);
  }

  /** Verifies one frame by a tree of which nothing but the root is known. */
  @Benchmark
  public ChunkVerification verifyFrame() {
    return new PartialTree(tree.id())
        .verify(FIRST_CHUNK, CHUNKS, frame.duplicate(), proof.hashes());
  }
}
