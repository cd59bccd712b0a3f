package dev.fugitive.cache.index;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.cache.http.StoredResponse;
import java.io.IOException;
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
 * The responses of one resource as bytes, in msgpack.
 *
 * <pre>
 * resource = [ response, … ]                            at most 32
 * response = url, selecting, status, reason, fields,
 *            request time, response time,               milliseconds since 1970
 *            root, length, complete,
 *            voucher                                    bin, or nil
 * fields   = [ name, value, name, value, … ]
 * </pre>
 */
final class ResponseCodec {
  private static final int MAX_FIELD_LINES = 4096;

  private ResponseCodec() {}

  static byte[] encode(List<StoredResponse> responses) {
    try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
      packer.packArrayHeader(responses.size());
      for (StoredResponse response : responses) {
        pack(response, packer);
      }
      return packer.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException("packing into memory failed", e);
    }
  }

  private static void pack(StoredResponse response, MessageBufferPacker into) throws IOException {
    into.packString(response.url());
    pack(response.selecting(), into);
    into.packInt(response.head().status());
    into.packString(response.head().reason());
    pack(response.head().fields(), into);
    into.packLong(response.requestTime().toEpochMilli());
    into.packLong(response.responseTime().toEpochMilli());
    pack(response.content().root(), into);
    into.packLong(response.content().length());
    into.packBoolean(response.complete());
    if (response.voucher().isPresent()) {
      pack(response.voucher().get(), into);
    } else {
      into.packNil();
    }
  }

  private static void pack(Fields fields, MessageBufferPacker into) throws IOException {
    into.packArrayHeader(fields.lines().size() * 2);
    for (Fields.Field line : fields.lines()) {
      into.packString(line.name());
      into.packString(line.value());
    }
  }

  private static void pack(ByteString bytes, MessageBufferPacker into) throws IOException {
    into.packBinaryHeader(bytes.size());
    into.writePayload(bytes.toByteArray());
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IOException where the bytes are anything else
   */
  static List<StoredResponse> decode(byte[] bytes) throws IOException {
    try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(bytes)) {
      int count =
          checked("responses", unpacker.unpackArrayHeader(), RepresentationIndex.MAX_VARIANTS);
      List<StoredResponse> responses = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        responses.add(unpack(unpacker));
      }
      if (unpacker.hasNext()) {
        throw new IOException("bytes after the last response (expected: none)");
      }
      return List.copyOf(responses);
    } catch (MessagePackException | IllegalArgumentException | ArithmeticException e) {
      throw new IOException("not the responses of a resource", e);
    }
  }

  private static StoredResponse unpack(MessageUnpacker from) throws IOException {
    String url = from.unpackString();
    Fields selecting = unpackFields(from);
    ResponseHead head = new ResponseHead(from.unpackInt(), from.unpackString(), unpackFields(from));
    return new StoredResponse(
        url,
        selecting,
        head,
        Instant.ofEpochMilli(from.unpackLong()),
        Instant.ofEpochMilli(from.unpackLong()),
        new ContentId(unpackBytes(from, ContentId.ROOT_BYTES), from.unpackLong()),
        from.unpackBoolean(),
        from.tryUnpackNil()
            ? Optional.empty()
            : Optional.of(unpackBytes(from, StoredResponse.MAX_VOUCHER_BYTES)));
  }

  private static Fields unpackFields(MessageUnpacker from) throws IOException {
    int count = checked("field lines", from.unpackArrayHeader() / 2, MAX_FIELD_LINES);
    List<Fields.Field> lines = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      lines.add(new Fields.Field(from.unpackString(), from.unpackString()));
    }
    return new Fields(lines);
  }

  private static ByteString unpackBytes(MessageUnpacker from, int limit) throws IOException {
    return ByteString.of(from.readPayload(checked("bytes", from.unpackBinaryHeader(), limit)));
  }

  private static int checked(String what, int count, int limit) throws IOException {
    if (count < 0 || count > limit) {
      throw new IOException("%s: %d (expected: at most %d)".formatted(what, count, limit));
    }
    return count;
  }
}
