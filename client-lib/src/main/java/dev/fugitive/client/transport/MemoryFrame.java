package dev.fugitive.client.transport;

/** A message on its way through a {@link MemoryNetwork}. */
final class MemoryFrame {
  /** Its place in the link's order. */
  final long number;

  final byte[] bytes;

  /** How many times it has been sent; the network's lock guards it. */
  int attempts = 1;

  MemoryFrame(long number, byte[] bytes) {
    this.number = number;
    this.bytes = bytes;
  }

  int lengthBytes() {
    return bytes.length;
  }
}
