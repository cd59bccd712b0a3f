package dev.fugitive.client.trust;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.peer.Statement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import okio.ByteString;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;

/**
 * The bytes of a voucher, in msgpack.
 *
 * <pre>
 * voucher = [ version = 1, payload: bin, signature: bin 64 ]
 * payload = [ resource: bin 32, variant: bin 32,
 *             status, [ name: bin, value: bin, … ],
 *             root: bin 32, length, [ algorithm, digest: bin, … ],
 *             requestTime, responseTime, issuedAt, expiresAt, signer: bin 32 ]
 * </pre>
 *
 * Times are milliseconds since 1970, text is Latin-1 as in HTTP/1.1, an algorithm is its length in
 * bytes. There is one encoding of each voucher: what decodes to a value that is encoded otherwise
 * (a longer form of a number, bytes behind the end) is refused, so nothing about a voucher can be
 * changed without its key.
 */
final class VoucherCodec {
  /** Bytes of a signed voucher; what a peer message carries. */
  static final int MAX_BYTES = 16 * 1024;

  /** Bytes around the payload at most: array, version, two lengths, signature. */
  static final int FRAME_BYTES = 1 + 1 + 3 + 2 + 64;

  private static final int VERSION = 1;
  private static final int SIGNATURE_BYTES = 64;
  private static final int PAYLOAD_ITEMS = 12;
  private static final String LABEL = "fugitive-voucher-1";
  private static final long MAX_EPOCH_MILLIS = 253_402_300_799_999L;

  private VoucherCodec() {}

  /** A voucher as it came: decoded, and with what its signature is about. */
  record Received(Voucher voucher, ByteString payload, ByteString signature) {}

  /** What the key signs: the payload under a label that no other signature has. */
  static ByteString signed(ByteString payload) {
    return new Statement(LABEL).with(payload).bytes();
  }

  static ByteString frame(ByteString payload, ByteString signature) {
    return pack(packer -> {
      packer.packArrayHeader(3).packInt(VERSION);
      packBytes(packer, payload);
      packBytes(packer, signature);
    });
  }

  static ByteString payload(Voucher voucher) {
    return pack(packer -> {
      packer.packArrayHeader(PAYLOAD_ITEMS);
      packBytes(packer, voucher.resource().hash());
      packBytes(packer, voucher.variant().hash());
      packHead(packer, voucher.head());
      packBytes(packer, voucher.content().root());
      packer.packLong(voucher.content().length());
      packDigests(packer, voucher.digests());
      packer.packLong(voucher.requestTime().toEpochMilli());
      packer.packLong(voucher.responseTime().toEpochMilli());
      packer.packLong(voucher.issuedAt().toEpochMilli());
      packer.packLong(voucher.expiresAt().toEpochMilli());
      packBytes(packer, voucher.signer().publicKey());
    });
  }

  /** Decodes a voucher; empty where the bytes are not exactly one. Its signature is not checked. */
  static Optional<Received> decode(ByteString bytes) {
    if (bytes.size() > MAX_BYTES) {
      return Optional.empty();
    }
    try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(bytes.toByteArray())) {
      expect("items", unpacker.unpackArrayHeader(), 3);
      expect("version", unpacker.unpackInt(), VERSION);
      ByteString payload = unpackBytes(unpacker, MAX_BYTES);
      ByteString signature = unpackExactly(unpacker, SIGNATURE_BYTES);
      Voucher voucher = decodePayload(payload);
      boolean canonical =
          payload(voucher).equals(payload) && frame(payload, signature).equals(bytes);
      return canonical ? Optional.of(new Received(voucher, payload, signature)) : Optional.empty();
    } catch (IOException | MessagePackException | IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  private static Voucher decodePayload(ByteString payload) throws IOException {
    try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(payload.toByteArray())) {
      expect("payload items", unpacker.unpackArrayHeader(), PAYLOAD_ITEMS);
      ResourceKey resource = new ResourceKey(unpackExactly(unpacker, ResourceKey.HASH_BYTES));
      ResourceKey variant = new ResourceKey(unpackExactly(unpacker, ResourceKey.HASH_BYTES));
      ResponseHead head = unpackHead(unpacker);
      ByteString root = unpackExactly(unpacker, ContentId.ROOT_BYTES);
      ContentId content = new ContentId(root, unpacker.unpackLong());
      return new Voucher(
          resource,
          variant,
          head,
          content,
          unpackDigests(unpacker),
          unpackInstant(unpacker),
          unpackInstant(unpacker),
          unpackInstant(unpacker),
          unpackInstant(unpacker),
          new PeerId(unpackExactly(unpacker, PeerId.BYTES)));
    }
  }

  private static void packHead(MessageBufferPacker packer, ResponseHead head) throws IOException {
    packer.packInt(head.status());
    packer.packArrayHeader(head.fields().lines().size() * 2);
    for (Fields.Field line : head.fields().lines()) {
      packBytes(packer, ByteString.encodeString(line.name(), StandardCharsets.ISO_8859_1));
      packBytes(packer, ByteString.encodeString(line.value(), StandardCharsets.ISO_8859_1));
    }
  }

  private static ResponseHead unpackHead(MessageUnpacker unpacker) throws IOException {
    int status = unpacker.unpackInt();
    int items = evenCount(unpacker, "field items", 2 * Voucher.MAX_FIELDS);
    List<Fields.Field> lines = new ArrayList<>();
    for (int i = 0; i < items; i += 2) {
      String name = unpackText(unpacker, Voucher.MAX_NAME_CHARS);
      lines.add(new Fields.Field(name, unpackText(unpacker, Voucher.MAX_VALUE_CHARS)));
    }
    return Voucher.headOf(status, new Fields(lines));
  }

  private static void packDigests(MessageBufferPacker packer, List<Digest> digests)
      throws IOException {
    packer.packArrayHeader(digests.size() * 2);
    for (Digest digest : digests) {
      packer.packInt(digest.algorithm().byteCount());
      packBytes(packer, digest.value());
    }
  }

  private static List<Digest> unpackDigests(MessageUnpacker unpacker) throws IOException {
    int items = evenCount(unpacker, "digest items", 2 * Digest.Algorithm.values().length);
    List<Digest> digests = new ArrayList<>();
    for (int i = 0; i < items; i += 2) {
      Digest.Algorithm algorithm = algorithm(unpacker.unpackInt());
      digests.add(new Digest(algorithm, unpackExactly(unpacker, algorithm.byteCount())));
    }
    return digests;
  }

  private static Digest.Algorithm algorithm(int byteCount) {
    for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
      if (algorithm.byteCount() == byteCount) {
        return algorithm;
      }
    }
    throw new IllegalArgumentException("digest bytes: " + byteCount + " (expected: 32, 48 or 64)");
  }

  private static Instant unpackInstant(MessageUnpacker unpacker) throws IOException {
    long epochMillis = unpacker.unpackLong();
    if (epochMillis < 0 || epochMillis > MAX_EPOCH_MILLIS) {
      throw new IllegalArgumentException("time: " + epochMillis + " (expected: before 10000)");
    }
    return Instant.ofEpochMilli(epochMillis);
  }

  private static int evenCount(MessageUnpacker unpacker, String what, int max) throws IOException {
    int count = unpacker.unpackArrayHeader();
    if (count > max || count % 2 != 0) {
      throw new IllegalArgumentException(
          what + ": " + count + " (expected: even, at most " + max + ")");
    }
    return count;
  }

  private static String unpackText(MessageUnpacker unpacker, int maxChars) throws IOException {
    return unpackBytes(unpacker, maxChars).string(StandardCharsets.ISO_8859_1);
  }

  private static ByteString unpackExactly(MessageUnpacker unpacker, int byteCount)
      throws IOException {
    ByteString bytes = unpackBytes(unpacker, byteCount);
    expect("bytes", bytes.size(), byteCount);
    return bytes;
  }

  private static ByteString unpackBytes(MessageUnpacker unpacker, int maxBytes) throws IOException {
    int byteCount = unpacker.unpackBinaryHeader();
    if (byteCount > maxBytes) {
      throw new IllegalArgumentException(
          "bytes: " + byteCount + " (expected: at most " + maxBytes + ")");
    }
    return ByteString.of(unpacker.readPayload(byteCount));
  }

  private static void packBytes(MessageBufferPacker packer, ByteString bytes) throws IOException {
    packer.packBinaryHeader(bytes.size());
    packer.writePayload(bytes.toByteArray());
  }

  private static void expect(String what, int actual, int expected) {
    if (actual != expected) {
      throw new IllegalArgumentException(what + ": " + actual + " (expected: " + expected + ")");
    }
  }

  private interface Packing {
    void writeTo(MessageBufferPacker packer) throws IOException;
  }

  private static ByteString pack(Packing packing) {
    try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
      packing.writeTo(packer);
      return ByteString.of(packer.toByteArray());
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
  }
}
