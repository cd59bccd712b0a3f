package dev.fugitive.client.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.fugitive.client.transport.Link;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import okio.ByteString;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;

/** What holds for every message and for every sequence of bytes. */
class PeerCodecPropertyTest {
  /** What decoding may take: a frame's worth of bytes as objects, some times over. */
  private static final long ALLOCATION_LIMIT_BYTES = 16L * Link.MAX_FRAME_BYTES;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final PeerCodec codec = new PeerCodec();

  @Property(tries = 2_000, seed = "2026")
  void whatIsEncodedIsDecoded(@ForAll("messages") PeerMessage message) throws Exception {
    ByteBuffer frame = codec.encode(message);
    assertThat(frame.remaining()).isLessThanOrEqualTo(Link.MAX_FRAME_BYTES);
    assertThat(codec.decode(frame)).contains(message);
    assertThat(codec.decode(direct(frame))).contains(message);
    assertThat(codec.decode(frame.asReadOnlyBuffer())).contains(message);
  }

  @Property(tries = 500, seed = "2026")
  void aFrameIsOneMessagePackArray(@ForAll("messages") PeerMessage message) throws Exception {
    try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(codec.encode(message))) {
      assertThat(unpacker.unpackValue().isArrayValue()).isTrue();
      assertThat(unpacker.hasNext()).isFalse();
    }
  }

  @Property(tries = 1_000, seed = "2026")
  void aFrameWithinALargerBufferIsDecoded(@ForAll("messages") PeerMessage message)
      throws Exception {
    ByteBuffer frame = codec.encode(message);
    ByteBuffer larger = ByteBuffer.allocate(frame.remaining() + 20).position(7);
    larger.put(frame.duplicate()).limit(larger.position()).position(7);
    assertThat(codec.decode(larger)).contains(message);
  }

  @Property(tries = 5_000, seed = "2026")
  void randomBytesAreAMessageOrMalformed(@ForAll @Size(max = 300) byte[] bytes) {
    decodeOrRefuse(ByteBuffer.wrap(bytes));
  }

  @Property(tries = 5_000, seed = "2026")
  void aMutatedFrameIsAMessageOrMalformed(
      @ForAll("messages") PeerMessage message, @ForAll long seed) {
    decodeOrRefuse(mutated(codec.encode(message), new Random(seed)));
  }

  @Property(tries = 2_000, seed = "2026")
  void aFrameThatIsCutShortIsMalformed(@ForAll("messages") PeerMessage message, @ForAll long seed) {
    ByteBuffer frame = codec.encode(message);
    frame.limit(new Random(seed).nextInt(frame.limit()));
    assertThat(decodeOrRefuse(frame)).isEmpty();
  }

  /** Any other exception than the one that is promised fails the test. */
  private Optional<PeerMessage> decodeOrRefuse(ByteBuffer frame) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      return codec.decode(frame);
    } catch (MalformedMessageException e) {
      assertThat(e).hasMessageNotContaining("null").message().isNotEmpty();
      return Optional.empty();
    } finally {
      assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
          .isLessThan(ALLOCATION_LIMIT_BYTES);
    }
  }

  private static ByteBuffer mutated(ByteBuffer frame, Random random) {
    byte[] bytes = ByteString.of(frame).toByteArray();
    int interesting = Math.min(bytes.length, 64);
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(random.nextBoolean() ? interesting : bytes.length);
      bytes[at] =
          (byte) (random.nextBoolean() ? random.nextInt() : bytes[at] ^ 1 << random.nextInt(8));
    }
    int cut = random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length;
    return ByteBuffer.wrap(bytes, 0, cut);
  }

  private static ByteBuffer direct(ByteBuffer frame) {
    return ByteBuffer.allocateDirect(frame.remaining()).put(frame.duplicate()).flip();
  }

  @Provide
  Arbitrary<PeerMessage> messages() {
    return PeerMessageArbitraries.any();
  }
}
