package dev.fugitive.client.origin;

import java.io.IOException;

/** An address that is not connected to, whatever name or notation led there. */
public final class OutOfReachException extends IOException {
  private final String host;
  private final int port;
  private final String address;
  private final boolean ownPort;

  OutOfReachException(String host, int port, String address, boolean ownPort) {
    super(host + ":" + port + " is " + address + ", which is out of reach");
    this.host = host;
    this.port = port;
    this.address = address;
    this.ownPort = ownPort;
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
