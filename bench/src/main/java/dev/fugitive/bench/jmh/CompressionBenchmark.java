package dev.fugitive.bench.jmh;

import com.github.luben.zstd.Zstd;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.transfer.upload.FrameCompressor;
import dev.fugitive.client.wire.MalformedMessageException;
import dev.fugitive.client.wire.PayloadCodec;
import dev.fugitive.client.wire.PeerMessage.Encoding;
import dev.fugitive.client.wire.WireLimits;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import okio.ByteString;
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
 * What it takes to compress a frame of 64 KiB and to decompress it: by zstd alone at several
 * levels, through the uploads' compressor, and through the downloads' decoder.
 *
 * <pre>
 *   java -cp "bench/target/classes:bench/target/lib/*" org.openjdk.jmh.Main \
 *     -rf json -rff compression.json CompressionBenchmark
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
public class CompressionBenchmark {
  private static final int FRAME = WireLimits.MAX_PAYLOAD_BYTES;
  private static final ContentId CONTENT =
      new ContentId(ByteString.encodeUtf8("benchmark").sha256(), 1L << 30);

  @Param Bodies body = Bodies.TEXT;

  private byte[] plain = {};
  private ByteBuffer compressed = ByteBuffer.allocate(0);
  private FrameCompressor compressor = new FrameCompressor();

  /** Makes the frame. */
  @Setup
  public void setUp() {
    plain = body.bytes(FRAME);
    compressed = ByteBuffer.wrap(Zstd.compress(plain, 1));
    compressor = new FrameCompressor();
  }

  /** Frees what is native. */
  @TearDown
  public void tearDown() {
    compressor.close();
  }

  /** zstd at level 1, with a context for each call. */
  @Benchmark
  public byte[] zstdLevel1() {
    return Zstd.compress(plain, 1);
  }

  /** zstd at level 3, with a context for each call. */
  @Benchmark
  public byte[] zstdLevel3() {
    return Zstd.compress(plain, 3);
  }

  /** As uploads do it, with pooled contexts; a body that does not shrink is tried once. */
  @Benchmark
  public FrameCompressor.Payload encodeFrame() {
    return compressor.encode(CONTENT, 0, WireLimits.MAX_FRAME_CHUNKS, ByteBuffer.wrap(plain));
  }

  /** As downloads do it. */
  @Benchmark
  public ByteBuffer decodeFrame() throws MalformedMessageException {
    return PayloadCodec.decode(Encoding.ZSTD, compressed, FRAME);
  }
}
