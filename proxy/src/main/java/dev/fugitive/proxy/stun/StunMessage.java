package dev.fugitive.proxy.stun;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;
import okio.ByteString;

/** The two STUN messages that are needed: a Binding request, and the response to it. */
final class StunMessage {
  static final int TRANSACTION_BYTES = 12;
  static final int MAX_BYTES = 1500;

  private static final int HEADER_BYTES = 20;
  private static final short BINDING_REQUEST = 0x0001;
  private static final short BINDING_RESPONSE = 0x0101;
  private static final int MAGIC_COOKIE = 0x2112_A442;

  private static final int MAPPED_ADDRESS = 0x0001;
  private static final int CHANGE_REQUEST = 0x0003;
  private static final int XOR_MAPPED_ADDRESS = 0x0020;
  private static final int OTHER_ADDRESS = 0x802C;

  private static final int CHANGE_ADDRESS_FLAG = 0x04;
  private static final int CHANGE_PORT_FLAG = 0x02;
  private static final int IPV4 = 0x01;

  private StunMessage() {}

  /** RFC 8489 section 5, with CHANGE-REQUEST of RFC 5780 section 7.2 where a change is asked. */
  static byte[] request(ByteString transaction, StunQuestion.Change change) {
    boolean plain = change == StunQuestion.Change.NONE;
    ByteBuffer message = ByteBuffer.allocate(HEADER_BYTES + (plain ? 0 : 8));
    message.putShort(BINDING_REQUEST).putShort((short) (plain ? 0 : 8)).putInt(MAGIC_COOKIE);
    message.put(transaction.toByteArray());
    if (!plain) {
      int flags =
          change == StunQuestion.Change.PORT
              ? CHANGE_PORT_FLAG
              : CHANGE_ADDRESS_FLAG | CHANGE_PORT_FLAG;
      message.putShort((short) CHANGE_REQUEST).putShort((short) 4).putInt(flags);
    }
    return message.array();
  }

  /** What a response to this transaction says; empty where it is none, or says no address. */
  static Optional<StunReply> response(ByteBuffer message, ByteString transaction) {
    try {
      return parse(message, transaction);
    } catch (BufferUnderflowException | UnknownHostException malformed) {
      return Optional.empty();
    }
  }

  private static Optional<StunReply> parse(ByteBuffer message, ByteString transaction)
      throws UnknownHostException {
    short type = message.getShort();
    int length = Short.toUnsignedInt(message.getShort());
    int cookie = message.getInt();
    byte[] answered = new byte[TRANSACTION_BYTES];
    message.get(answered);
    boolean ours =
        type == BINDING_RESPONSE
            && cookie == MAGIC_COOKIE
            && transaction.equals(ByteString.of(answered));
    if (!ours || length > message.remaining()) {
      return Optional.empty();
    }
    message.limit(message.position() + length);
    Optional<InetSocketAddress> mapped = Optional.empty();
    Optional<InetSocketAddress> other = Optional.empty();
    while (message.remaining() >= 4) {
      int attribute = Short.toUnsignedInt(message.getShort());
      int bytes = Short.toUnsignedInt(message.getShort());
      ByteBuffer value = message.slice(message.position(), Math.min(bytes, message.remaining()));
      switch (attribute) {
        case XOR_MAPPED_ADDRESS -> mapped = Optional.of(address(value, xor(transaction)));
        case MAPPED_ADDRESS ->
            mapped = mapped.isPresent() ? mapped : Optional.of(address(value, new byte[16]));
        case OTHER_ADDRESS -> other = Optional.of(address(value, new byte[16]));
        default -> {}
      }
      // each attribute is padded to a multiple of four bytes
      message.position(Math.min(message.limit(), message.position() + (bytes + 3) / 4 * 4));
    }
    Optional<InetSocketAddress> found = other;
    return mapped.map(address -> new StunReply(address, found));
  }

  /** RFC 8489 section 14.2: what an address is hidden with, from middleboxes that rewrite them. */
  private static byte[] xor(ByteString transaction) {
    return ByteBuffer.allocate(16).putInt(MAGIC_COOKIE).put(transaction.toByteArray()).array();
  }

  private static InetSocketAddress address(ByteBuffer value, byte[] mask)
      throws UnknownHostException {
    value.get();
    int family = value.get();
    int port = Short.toUnsignedInt(value.getShort()) ^ ((mask[0] & 0xFF) << 8 | (mask[1] & 0xFF));
    byte[] address = new byte[family == IPV4 ? 4 : 16];
    value.get(address);
    for (int i = 0; i < address.length; i++) {
      address[i] ^= mask[i];
    }
    return new InetSocketAddress(InetAddress.getByAddress(address), port);
  }
}
