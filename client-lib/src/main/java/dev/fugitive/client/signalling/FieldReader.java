package dev.fugitive.client.signalling;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import okio.ByteString;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.ValueType;

/**
 * Reads msgpack values one after another; every one against a limit, every fault a {@link
 * ProtocolException} that names it.
 */
final class FieldReader {
  private final MessageUnpacker unpacker;
  private final int totalBytes;

  FieldReader(ByteString bytes) {
    unpacker = MessagePack.newDefaultUnpacker(bytes.toByteArray());
    totalBytes = bytes.size();
  }

  int array(int maxSize) throws ProtocolException {
    int size = read("array", unpacker::unpackArrayHeader);
    return (int) atMost("array size", size, maxSize);
  }

  void expectFields(int expected, int actual) throws ProtocolException {
    if (actual != expected) {
      throw new ProtocolException("fields: " + actual + " (expected: " + expected + ")");
    }
  }

  int number(String name, int max) throws ProtocolException {
    return (int) longNumber(name, max);
  }

  long longNumber(String name, long max) throws ProtocolException {
    return atMost(name, read(name, unpacker::unpackLong), max);
  }

  <T> T choice(String name, List<T> choices) throws ProtocolException {
    return choices.get(number(name, choices.size() - 1));
  }

  ByteString bytes(String name, int size) throws ProtocolException {
    expect(name, ValueType.BINARY);
    int actual = read(name, unpacker::unpackBinaryHeader);
    if (actual != size) {
      throw new ProtocolException(name + " bytes: " + actual + " (expected: " + size + ")");
    }
    return ByteString.of(payload(name, actual));
  }

  String text(String name, int maxBytes) throws ProtocolException {
    expect(name, ValueType.STRING);
    int size = read(name, unpacker::unpackRawStringHeader);
    byte[] utf8 = payload(name, (int) atMost(name + " bytes", size, maxBytes));
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw fault(name + ": not UTF-8", e);
    }
  }

  void expectEnd() throws ProtocolException {
    long left = totalBytes - unpacker.getTotalReadBytes();
    if (left != 0) {
      throw new ProtocolException("bytes after the end: " + left + " (expected: 0)");
    }
  }

  /** The unpacker itself takes text for bytes, and bytes for text. */
  private void expect(String name, ValueType expected) throws ProtocolException {
    ValueType actual = read(name, () -> unpacker.getNextFormat().getValueType());
    if (actual != expected) {
      throw new ProtocolException(name + ": " + actual + " (expected: " + expected + ")");
    }
  }

  /** The header's claim is checked against what is there before memory is taken for it. */
  private byte[] payload(String name, int size) throws ProtocolException {
    long left = totalBytes - unpacker.getTotalReadBytes();
    return read(name, () -> unpacker.readPayload((int) atMost(name + " bytes", size, left)));
  }

  private static long atMost(String name, long value, long max) throws ProtocolException {
    if (value < 0 || value > max) {
      throw new ProtocolException(name + ": " + value + " (expected: 0 to " + max + ")");
    }
    return value;
  }

  private static <T> T read(String name, Value<T> value) throws ProtocolException {
    try {
      return value.get();
    } catch (ProtocolException e) {
      throw e;
    } catch (IOException | MessagePackException e) {
      throw fault(name + ": not readable", e);
    }
  }

  private static ProtocolException fault(String message, Exception cause) {
    ProtocolException fault = new ProtocolException(message);
    fault.initCause(cause);
    return fault;
  }

  /** One call of the unpacker. */
  private interface Value<T> {
    T get() throws IOException;
  }
}
