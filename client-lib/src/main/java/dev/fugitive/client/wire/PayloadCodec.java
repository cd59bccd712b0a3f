package dev.fugitive.client.wire;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.fugitive.client.wire.PeerMessage.Encoding;
import java.nio.ByteBuffer;

/**
 * Gives back the plain bytes of a payload; whatever does not become exactly as many as were
 * expected is refused, and no more memory than that is ever taken for it.
 */
public final class PayloadCodec {
  private PayloadCodec() {}

  /**
   * The plain bytes of a payload.
   *
   * @param expectedLength bytes that these chunks of their content have
   * @return a buffer of exactly those bytes; for {@link Encoding#PLAIN} the payload itself
   * @throws MalformedMessageException where the payload is of another length, or is no zstd frame
   */
  public static ByteBuffer decode(Encoding encoding, ByteBuffer payload, int expectedLength)
      throws MalformedMessageException {
    if (expectedLength < 1 || expectedLength > WireLimits.MAX_PAYLOAD_BYTES) {
      throw new IllegalArgumentException(
          "expected length: %d (expected: 1 to %d)"
              .formatted(expectedLength, WireLimits.MAX_PAYLOAD_BYTES));
    }
    return switch (encoding) {
      case PLAIN -> plain(payload, expectedLength);
      case ZSTD -> decompress(payload, expectedLength);
    };
  }

  private static ByteBuffer plain(ByteBuffer payload, int expectedLength)
      throws MalformedMessageException {
    if (payload.remaining() != expectedLength) {
      throw wrongLength("plain", payload.remaining(), expectedLength);
    }
    return payload;
  }

  private static ByteBuffer decompress(ByteBuffer payload, int expectedLength)
      throws MalformedMessageException {
    byte[] compressed = new byte[payload.remaining()];
    payload.duplicate().get(compressed);
    byte[] plain = new byte[expectedLength];
    int length;
    try (ZstdDecompressCtx context = new ZstdDecompressCtx()) {
      length =
          context.decompressByteArray(plain, 0, plain.length, compressed, 0, compressed.length);
    } catch (ZstdException e) {
      throw new MalformedMessageException(
          "zstd payload: %s (expected: %d bytes)".formatted(e.getMessage(), expectedLength), e);
    }
    if (length != expectedLength) {
      throw wrongLength("zstd", length, expectedLength);
    }
    return ByteBuffer.wrap(plain).asReadOnlyBuffer();
  }

  private static MalformedMessageException wrongLength(String name, int length, int expected) {
    return new MalformedMessageException(
        "%s payload length: %d (expected: %d)".formatted(name, length, expected));
  }
}
