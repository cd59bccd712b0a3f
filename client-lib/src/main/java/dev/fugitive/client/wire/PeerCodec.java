package dev.fugitive.client.wire;

import dev.fugitive.client.transport.Link;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessageInsufficientBufferException;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageSizeException;

/**
 * Turns messages into frames and frames into messages: one MessagePack array a frame, the id of the
 * type first, then the fields, nothing after them. Safe for use by several threads.
 *
 * <p><b>Strict.</b> A frame is one valid message, or of a type that may be skipped, or {@link
 * MalformedMessageException}: no other exception, no field beyond {@link WireLimits}, nothing
 * allocated for a length before it was held against its limit and the bytes that came.
 *
 * <p><b>Copies.</b> A decoded {@link PeerMessage.Chunks} views its payload in the frame it came in
 * (where that is an array's; other buffers are copied first); an encoded one is copied once, into
 * its frame.
 */
public final class PeerCodec {
  private static final MessagePack.PackerConfig PACKER =
      new MessagePack.PackerConfig().withBufferSize(2 * 1024);

  private final LongAdder skippedMessages = new LongAdder();

  /** The frame of a message, from position to limit; a buffer of its own. */
  public ByteBuffer encode(PeerMessage message) {
    byte[] head = encodeWithoutPayload(message);
    if (message instanceof PeerMessage.Chunks chunks) {
      ByteBuffer payload = chunks.payload();
      return ByteBuffer.allocate(head.length + payload.remaining()).put(head).put(payload).flip();
    }
    return ByteBuffer.wrap(head);
  }

  private static byte[] encodeWithoutPayload(PeerMessage message) {
    try (MessageBufferPacker packer = PACKER.newBufferPacker()) {
      new MessageWriter(packer).write(message);
      return packer.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("a buffer in memory cannot fail", e);
    }
  }

  /**
   * The message of a frame, from position to limit. What the frame holds must not change any more:
   * a message may be a view of it.
   *
   * @return empty where the message is of a later protocol's type that may be skipped
   * @throws MalformedMessageException where the frame is anything else
   */
  public Optional<PeerMessage> decode(ByteBuffer frame) throws MalformedMessageException {
    checkLength(frame.remaining());
    try {
      return decodeFields(new FieldReader(frame));
    } catch (MalformedMessageException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException(String.valueOf(e.getMessage()), e);
    } catch (MessageInsufficientBufferException e) {
      throw new MalformedMessageException("the frame ends within a field (expected: more)", e);
    } catch (MessageSizeException e) {
      throw new MalformedMessageException("size: " + e.getSize() + " (expected: below 2^31)", e);
    } catch (MessagePackException | IOException e) {
      throw new MalformedMessageException("not the MessagePack expected: " + e.getMessage(), e);
    }
  }

  private Optional<PeerMessage> decodeFields(FieldReader in) throws IOException {
    int elements = in.arrayHeader("elements", Link.MAX_FRAME_BYTES);
    int id = in.integer();
    if (MessageType.isSkipped(id)) {
      skippedMessages.increment();
      return Optional.empty();
    }
    MessageType type = MessageType.ofId(id);
    if (elements != 1 + type.fieldCount()) {
      throw new MalformedMessageException(
          "%s fields: %d (expected: %d)".formatted(type, elements - 1, type.fieldCount()));
    }
    PeerMessage message = new MessageReader(in).read(type);
    in.end();
    return Optional.of(message);
  }

  private static void checkLength(int length) throws MalformedMessageException {
    if (length < 1 || length > Link.MAX_FRAME_BYTES) {
      throw new MalformedMessageException(
          "frame bytes: %d (expected: 1 to %d)".formatted(length, Link.MAX_FRAME_BYTES));
    }
  }

  /** How many messages of later types were skipped so far. */
  public long skippedMessages() {
    return skippedMessages.sum();
  }
}
