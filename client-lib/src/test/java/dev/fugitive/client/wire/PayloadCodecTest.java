package dev.fugitive.client.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import dev.fugitive.client.wire.PeerMessage.Encoding;
import java.nio.ByteBuffer;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A payload becomes exactly the bytes that were expected, or is refused. */
class PayloadCodecTest {
  private static final byte[] TEXT = text(3 * 16 * 1024 + 5);

  @Test
  void aPlainPayloadIsNotCopied() throws Exception {
    ByteBuffer payload = ByteBuffer.wrap(TEXT);
    assertThat(PayloadCodec.decode(Encoding.PLAIN, payload, TEXT.length)).isSameAs(payload);
  }

  @Test
  void aCompressedPayloadIsDecompressed() throws Exception {
    ByteBuffer payload = ByteBuffer.wrap(Zstd.compress(TEXT, 3)).asReadOnlyBuffer();
    ByteBuffer plain = PayloadCodec.decode(Encoding.ZSTD, payload, TEXT.length);
    assertThat(plain).isEqualTo(ByteBuffer.wrap(TEXT));
    assertThat(plain.isReadOnly()).isTrue();
  }

  @Test
  void aPayloadOfAnotherLengthIsRefused() {
    ByteBuffer compressed = ByteBuffer.wrap(Zstd.compress(TEXT, 3));
    refused(() -> PayloadCodec.decode(Encoding.PLAIN, ByteBuffer.wrap(TEXT), TEXT.length - 1));
    refused(() -> PayloadCodec.decode(Encoding.PLAIN, ByteBuffer.wrap(TEXT), TEXT.length + 1));
    refused(() -> PayloadCodec.decode(Encoding.ZSTD, compressed, TEXT.length - 1));
    refused(() -> PayloadCodec.decode(Encoding.ZSTD, compressed, TEXT.length + 1));
  }

  @Test
  void aCompressionBombTakesNoMoreThanWasExpected() {
    ByteBuffer bomb = ByteBuffer.wrap(Zstd.compress(new byte[64 << 20], 19));
    assertThat(bomb.remaining()).isLessThan(WireLimits.MAX_PAYLOAD_BYTES);
    refused(() -> PayloadCodec.decode(Encoding.ZSTD, bomb, WireLimits.MAX_PAYLOAD_BYTES));
  }

  @Test
  void manyFramesInOnePayloadAreOneBombAtMost() {
    byte[] frame = Zstd.compress(new byte[60_000], 3);
    ByteBuffer many = ByteBuffer.allocate(frame.length * 100);
    while (many.hasRemaining()) {
      many.put(frame);
    }
    refused(() -> PayloadCodec.decode(Encoding.ZSTD, many.flip(), WireLimits.MAX_PAYLOAD_BYTES));
  }

  @Property(tries = 1_000, seed = "2026")
  void anyBytesAreDecompressedOrRefused(
      @ForAll @Size(max = 200) byte[] bytes,
      @ForAll @IntRange(min = 1, max = 65_536) int expected) {
    decodeOrRefuse(bytes, expected);
  }

  @Property(tries = 1_000, seed = "2026")
  void aDamagedPayloadIsDecompressedOrRefused(
      @ForAll @IntRange(min = 0, max = 300) int at, @ForAll byte damage) {
    byte[] bytes = Zstd.compress(TEXT, 3);
    bytes[at % bytes.length] ^= damage;
    decodeOrRefuse(bytes, TEXT.length);
  }

  private static void decodeOrRefuse(byte[] bytes, int expected) {
    try {
      ByteBuffer plain = PayloadCodec.decode(Encoding.ZSTD, ByteBuffer.wrap(bytes), expected);
      assertThat(plain.remaining()).isEqualTo(expected);
    } catch (MalformedMessageException e) {
      assertThat(e).hasMessageContaining("expected");
    }
  }

  private static void refused(ThrowingCallable decoding) {
    assertThatThrownBy(decoding)
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("expected");
  }

  private static byte[] text(int length) {
    byte[] text = new byte[length];
    Arrays.setAll(new int[length], i -> text[i] = (byte) ('a' + i * 7919 % 26));
    return text;
  }
}
