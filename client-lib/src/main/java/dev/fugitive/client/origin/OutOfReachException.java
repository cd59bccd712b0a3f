package dev.fugitive.client.origin;

import java.io.IOException;
import java.util.Objects;

/** An address that is not connected to, whatever name or notation led there. */
public final class OutOfReachException extends IOException {
  private final String host;
  private final int port;
  private final String address;
  private final boolean ownPort;

  OutOfReachException(String host, int port, String address, boolean ownPort) {
    super(words(host, port, address, ownPort));
    this.host = host;
    this.port = port;
    this.address = address;
    this.ownPort = ownPort;
  }

  /** Why, in words: the message. */
  public String words() {
    return Objects.requireNonNull(getMessage());
  }

  private static String words(String host, int port, String address, boolean ownPort) {
    String whose =
        ownPort
            ? "where this proxy itself listens"
            : "an address of the proxy's own machine or link";
    return host + ":" + port + " is " + address + ", " + whose;
  }

  /** The host as it was asked for. */
  public String host() {
    return host;
  }

  public int port() {
    return port;
  }

  /** The address that the host stands for. */
  public String address() {
    return address;
  }

  /** Whether the proxy itself listens there. */
  public boolean isOwnPort() {
    return ownPort;
  }
}
