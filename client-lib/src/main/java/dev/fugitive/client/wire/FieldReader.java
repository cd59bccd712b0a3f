package dev.fugitive.client.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import okio.ByteString;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.ValueType;

/**
 * Reads the fields of one frame in order; every length is held against its limit and against the
 * bytes that remain before anything is allocated for it.
 */
final class FieldReader {
  private final ByteBuffer frame;
  private final MessageUnpacker unpacker;

  FieldReader(ByteBuffer frame) {
    this.frame = readable(frame);
    this.unpacker = MessagePack.newDefaultUnpacker(this.frame.duplicate());
  }

  /** The unpacker needs the array of a heap buffer; a frame in any other buffer is copied. */
  private static ByteBuffer readable(ByteBuffer frame) {
    if (frame.hasArray()) {
      return frame.slice();
    }
    return ByteBuffer.allocate(frame.remaining()).put(frame.duplicate()).flip();
  }

  boolean bool() throws IOException {
    return unpacker.unpackBoolean();
  }

  int integer() throws IOException {
    return unpacker.unpackInt();
  }

  long longInteger() throws IOException {
    return unpacker.unpackLong();
  }

  /** The number of elements of an array, each of which takes one byte or more. */
  int arrayHeader(String name, int maxCount) throws IOException {
    return within(name + " count", unpacker.unpackArrayHeader(), maxCount);
  }

  /** A view of binary bytes; nothing is copied. */
  ByteBuffer view(String name, int maxBytes) throws IOException {
    require(name, ValueType.BINARY);
    return view(within(name + " bytes", unpacker.unpackBinaryHeader(), maxBytes));
  }

  ByteString bytes(String name, int maxBytes) throws IOException {
    return ByteString.of(view(name, maxBytes));
  }

  String text(String name, int maxBytes) throws IOException {
    require(name, ValueType.STRING);
    int length = within(name + " bytes", unpacker.unpackRawStringHeader(), maxBytes);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(view(length)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedMessageException(name + ": bytes that are not UTF-8", e);
    }
  }

  /** Says that the frame ends here. */
  void end() throws MalformedMessageException {
    if (remaining() != 0) {
      throw new MalformedMessageException(
          "bytes after the last field: " + remaining() + " (expected: 0)");
    }
  }

  /** The unpacker would take text for binary and the other way round. */
  private void require(String name, ValueType expected) throws IOException {
    ValueType type = unpacker.getNextFormat().getValueType();
    if (type != expected) {
      throw new MalformedMessageException(
          "%s: of type %s (expected: %s)".formatted(name, type, expected));
    }
  }

  private int within(String name, int length, int max) throws MalformedMessageException {
    int limit = Math.min(max, remaining());
    if (length > limit) {
      throw new MalformedMessageException(
          "%s: %d (expected: at most %d)".formatted(name, length, limit));
    }
    return length;
  }

  private ByteBuffer view(int length) throws IOException {
    ByteBuffer view = frame.slice((int) unpacker.getTotalReadBytes(), length);
    unpacker.readPayloadAsReference(length);
    return view;
  }

  private int remaining() {
    return frame.capacity() - (int) unpacker.getTotalReadBytes();
  }
}
