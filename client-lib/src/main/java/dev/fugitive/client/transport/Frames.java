package dev.fugitive.client.transport;

import java.nio.ByteBuffer;

/** The bounds of a {@link Link}'s messages. */
public final class Frames {
  private Frames() {}

  /** Refuses a message that a link does not carry. */
  public static void requireSendable(ByteBuffer frame) {
    if (frame.remaining() > Link.MAX_FRAME_BYTES) {
      throw new IllegalArgumentException(tooLong(frame.remaining()));
    }
  }

  /** What is said of a message that is too long. */
  public static String tooLong(int lengthBytes) {
    return "frame bytes: " + lengthBytes + " (expected: at most " + Link.MAX_FRAME_BYTES + ")";
  }

  /** A copy of what lies between position and limit, which stay as they are. */
  public static byte[] copyOf(ByteBuffer frame) {
    byte[] bytes = new byte[frame.remaining()];
    frame.get(frame.position(), bytes);
    return bytes;
  }
}
