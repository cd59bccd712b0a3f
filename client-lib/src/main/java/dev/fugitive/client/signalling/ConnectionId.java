package dev.fugitive.client.signalling;

import java.util.random.RandomGenerator;
import okio.ByteString;

/** One attempt to open a link, named by 16 random bytes that its offerer chose. */
public record ConnectionId(ByteString bytes) {
  /** Bytes of the name. */
  public static final int BYTES = 16;

  public ConnectionId {
    if (bytes.size() != BYTES) {
      throw new IllegalArgumentException(
          "connection id bytes: " + bytes.size() + " (expected: " + BYTES + ")");
    }
  }

  public static ConnectionId random(RandomGenerator random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return new ConnectionId(ByteString.of(bytes));
  }

  @Override
  public String toString() {
    return bytes.hex().substring(0, 8);
  }
}
