package dev.fugitive.client.mirror;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fugitive.client.peer.PeerId;
import java.io.EOFException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Optional;
import okio.Buffer;
import okio.ByteString;

/**
 * Orders and reports as bytes, for the wire and for the log: fields of fixed length first, a text
 * last, which takes the rest.
 *
 * <pre>
 * order:  1, id (16), from (32), to (32), time (8), signature (64), verb (1), kind (1), URL
 * report: 1, order's id (16), state (1), detail
 * </pre>
 */
public final class MirrorCodec {
  private static final int VERSION = 1;
  private static final int NO_KIND = 0xff;
  private static final int SIGNATURE_BYTES = 64;
  private static final int MAX_URL_BYTES = MirrorSource.MAX_URL_LENGTH;

  /** No character takes more in UTF-8, pairs included. */
  private static final int MAX_DETAIL_BYTES = 3 * MirrorReport.MAX_DETAIL_LENGTH;

  /** The numbers are places in these lists. */
  private static final List<MirrorOrder.Verb> VERBS =
      List.of(MirrorOrder.Verb.ADD, MirrorOrder.Verb.REMOVE, MirrorOrder.Verb.STATUS);

  private static final List<MirrorSource.Kind> KINDS =
      List.of(MirrorSource.Kind.CONTENT, MirrorSource.Kind.LIST, MirrorSource.Kind.MANIFEST);
  private static final List<MirrorReport.State> STATES =
      List.of(MirrorReport.State.WORKING, MirrorReport.State.DONE, MirrorReport.State.REFUSED);

  private MirrorCodec() {}

  public static ByteString encode(MirrorOrder order) {
    return new Buffer()
        .writeByte(VERSION)
        .write(order.id())
        .write(order.from().publicKey())
        .write(order.to().publicKey())
        .writeLong(order.timeMillis())
        .write(order.signature())
        .writeByte(VERBS.indexOf(order.verb()))
        .writeByte(order.source().map(kept -> KINDS.indexOf(kept.kind())).orElse(NO_KIND))
        .writeUtf8(order.source().map(MirrorSource::url).orElse(""))
        .readByteString();
  }

  public static ByteString encode(MirrorReport report) {
    return new Buffer()
        .writeByte(VERSION)
        .write(report.orderId())
        .writeByte(STATES.indexOf(report.state()))
        .writeUtf8(report.detail())
        .readByteString();
  }

  public static MirrorOrder decodeOrder(ByteString bytes) throws ProtocolException {
    int fixed = 1 + MirrorOrder.ID_BYTES + 2 * PeerId.BYTES + Long.BYTES + SIGNATURE_BYTES + 2;
    Buffer in = begin("order", bytes, fixed, MAX_URL_BYTES);
    try {
      ByteString id = in.readByteString(MirrorOrder.ID_BYTES);
      PeerId from = new PeerId(in.readByteString(PeerId.BYTES));
      PeerId to = new PeerId(in.readByteString(PeerId.BYTES));
      long timeMillis = in.readLong();
      ByteString signature = in.readByteString(SIGNATURE_BYTES);
      MirrorOrder.Verb verb = choice("verb", VERBS, in.readByte() & 0xff);
      int kind = in.readByte() & 0xff;
      String url = text("url", in);
      Optional<MirrorSource> source =
          kind == NO_KIND && url.isEmpty()
              ? Optional.empty()
              : Optional.of(new MirrorSource(choice("kind", KINDS, kind), url));
      return new MirrorOrder(id, from, to, timeMillis, verb, source, signature);
    } catch (IllegalArgumentException | EOFException malformed) {
      throw fault(String.valueOf(malformed.getMessage()), malformed);
    }
  }

  public static MirrorReport decodeReport(ByteString bytes) throws ProtocolException {
    Buffer in = begin("report", bytes, 1 + MirrorOrder.ID_BYTES + 1, MAX_DETAIL_BYTES);
    try {
      ByteString id = in.readByteString(MirrorOrder.ID_BYTES);
      MirrorReport.State state = choice("state", STATES, in.readByte() & 0xff);
      return new MirrorReport(id, state, text("detail", in));
    } catch (IllegalArgumentException | EOFException malformed) {
      throw fault(String.valueOf(malformed.getMessage()), malformed);
    }
  }

  private static Buffer begin(String name, ByteString bytes, int fixed, int maxText)
      throws ProtocolException {
    if (bytes.size() < fixed || bytes.size() > fixed + maxText) {
      throw new ProtocolException(
          name
              + " bytes: "
              + bytes.size()
              + " (expected: "
              + fixed
              + " to "
              + (fixed + maxText)
              + ")");
    }
    int version = bytes.getByte(0) & 0xff;
    if (version != VERSION) {
      throw new ProtocolException(name + " version: " + version + " (expected: " + VERSION + ")");
    }
    return new Buffer().write(bytes.substring(1));
  }

  private static <T> T choice(String name, List<T> choices, int number) throws ProtocolException {
    if (number >= choices.size()) {
      throw new ProtocolException(
          name + ": " + number + " (expected: 0 to " + (choices.size() - 1) + ")");
    }
    return choices.get(number);
  }

  private static String text(String name, Buffer in) throws ProtocolException {
    byte[] bytes = in.readByteArray();
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException notUtf8) {
      throw fault(name + ": " + ByteString.of(bytes).hex() + " (expected: UTF-8)", notUtf8);
    }
  }

  private static ProtocolException fault(String message, Exception cause) {
    ProtocolException fault = new ProtocolException(message);
    fault.initCause(cause);
    return fault;
  }
}
