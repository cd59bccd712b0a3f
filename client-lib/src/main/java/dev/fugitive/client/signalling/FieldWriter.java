package dev.fugitive.client.signalling;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import okio.ByteString;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/** Writes msgpack values one after another into memory. */
final class FieldWriter {
  private final MessageBufferPacker packer = MessagePack.newDefaultBufferPacker();

  FieldWriter array(int size) {
    return write(() -> packer.packArrayHeader(size));
  }

  FieldWriter number(long value) {
    return write(() -> packer.packLong(value));
  }

  FieldWriter bytes(ByteString value) {
    return write(() -> packer.packBinaryHeader(value.size()).writePayload(value.toByteArray()));
  }

  FieldWriter text(String value) {
    return write(() -> packer.packString(value));
  }

  <T> FieldWriter choice(List<T> choices, T chosen) {
    return number(choices.indexOf(chosen));
  }

  ByteString finish() {
    return ByteString.of(packer.toByteArray());
  }

  private FieldWriter write(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail", e);
    }
    return this;
  }

  /** One call of the packer. */
  private interface Step {
    void run() throws IOException;
  }
}
