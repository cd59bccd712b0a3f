package dev.fugitive.client.fetch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import okio.ByteString;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/** Frames that no message becomes: what a peer can send that does not use our codec. */
final class RawFrames {
  private RawFrames() {}

  private interface Packing {
    void writeTo(MessageBufferPacker packer) throws IOException;
  }

  static ByteBuffer chunks(
      int transferId, int first, int count, int encoding, List<ByteString> proof, byte[] payload) {
    return pack(packer -> {
      packer.packArrayHeader(7).packInt(20).packInt(transferId).packInt(first).packInt(count);
      packer.packInt(encoding);
      packer.packBinaryHeader(proof.size() * 32);
      for (ByteString hash : proof) {
        packer.writePayload(hash.toByteArray());
      }
      packer.packBinaryHeader(payload.length);
      packer.writePayload(payload);
    });
  }

  /** An array of numbers. */
  static ByteBuffer numbers(long... values) {
    return pack(packer -> {
      packer.packArrayHeader(values.length);
      for (long value : values) {
        packer.packLong(value);
      }
    });
  }

  /** A question whose digest is a text. */
  static ByteBuffer textForBytes() {
    return pack(packer ->
        packer.packArrayHeader(3).packInt(10).packInt(1).packString("0123456789abcdef".repeat(2)));
  }

  /** An answer with one voucher of this many bytes. */
  static ByteBuffer longVoucher(int byteCount) {
    return pack(packer -> {
      packer.packArrayHeader(3).packInt(11).packInt(1).packArrayHeader(1);
      packer.packBinaryHeader(byteCount);
      packer.writePayload(new byte[byteCount]);
    });
  }

  /** An answer that says it has this many vouchers, and ends there. */
  static ByteBuffer vouchersThatAreNotThere(int count) {
    return pack(packer -> packer.packArrayHeader(3).packInt(11).packInt(1).packArrayHeader(count));
  }

  private static ByteBuffer pack(Packing packing) {
    try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
      packing.writeTo(packer);
      return ByteBuffer.wrap(packer.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
  }
}
