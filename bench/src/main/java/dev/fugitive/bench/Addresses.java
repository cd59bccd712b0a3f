package dev.fugitive.bench;

import java.net.InetSocketAddress;

/** Reads {@code HOST:PORT} arguments. */
final class Addresses {
  private Addresses() {}

  static InetSocketAddress of(String hostAndPort) {
    int colon = hostAndPort.lastIndexOf(':');
    return new InetSocketAddress(
        hostAndPort.substring(0, colon), Integer.parseInt(hostAndPort.substring(colon + 1)));
  }
}
