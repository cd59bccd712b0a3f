package dev.fugitive.bench.jmh;

import dev.fugitive.client.wire.MalformedMessageException;
import dev.fugitive.client.wire.PeerCodec;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.Encoding;
import dev.fugitive.client.wire.WireLimits;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import okio.ByteString;
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
 * What it takes to turn messages into frames and back: 64 KiB of chunks with twelve hashes, and the
 * request that asks for them.
 *
 * <pre>
 *   java -cp "bench/target/classes:bench/target/lib/*" org.openjdk.jmh.Main \
 *     -prof gc -rf json -rff peer-codec.json PeerCodecBenchmark
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
public class PeerCodecBenchmark {
  private static final int PROOF_HASHES = 12;

  private final PeerCodec codec = new PeerCodec();
  private final PeerMessage chunks =
      new PeerMessage.Chunks(
          1,
          4096,
          WireLimits.MAX_FRAME_CHUNKS,
          Encoding.PLAIN,
          Collections.nCopies(PROOF_HASHES, ByteString.EMPTY.sha256()),
          ByteBuffer.wrap(Bodies.NOISE.bytes(WireLimits.MAX_PAYLOAD_BYTES)));
  private final PeerMessage request = new PeerMessage.Request(1, 4096, 64);
  private final ByteBuffer chunksFrame = codec.encode(chunks);
  private final ByteBuffer requestFrame = codec.encode(request);

  /** Makes a frame of 64 KiB. */
  @Benchmark
  public ByteBuffer encodeChunks() {
    return codec.encode(chunks);
  }

  /** Reads a frame of 64 KiB. */
  @Benchmark
  public Optional<PeerMessage> decodeChunks() throws MalformedMessageException {
    return codec.decode(chunksFrame);
  }

  /** Makes a small frame. */
  @Benchmark
  public ByteBuffer encodeRequest() {
    return codec.encode(request);
  }

  /** Reads a small frame. */
  @Benchmark
  public Optional<PeerMessage> decodeRequest() throws MalformedMessageException {
    return codec.decode(requestFrame);
  }
}
