package dev.fugitive.proxy.doctor;

import dev.fugitive.proxy.desktop.PacFile;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Whether the proxy answers where it should, and if not, whether it could. */
public final class PortCheck {
  static final String NAME = "proxy";

  /** Who has the port. */
  public enum Port {
    /** This proxy. */
    OURS,
    /** Nobody. */
    FREE,
    /** Another program. */
    TAKEN
  }

  private PortCheck() {}

  /** Looks who has it. */
  public static Port look(InetSocketAddress address, boolean proxyAnswers) {
    if (proxyAnswers) {
      return Port.OURS;
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address);
      return Port.FREE;
    } catch (IOException taken) {
      return Port.TAKEN;
    }
  }

  /** Judges it. */
  public static Finding judge(InetSocketAddress address, Port port) {
    String authority = PacFile.authority(address);
    return switch (port) {
      case OURS -> ours(address, authority);
      case FREE -> Finding.note(NAME, "does not run; " + authority + " is free", "fugitive proxy");
      case TAKEN ->
          Finding.failed(
              NAME,
              authority + " is taken by another program, or no address of this machine",
              "ss -ltnp 'sport = :" + address.getPort() + "'",
              "fugitive proxy --listen 127.0.0.1:" + freePortBeside(address.getPort()));
    };
  }

  private static Finding ours(InetSocketAddress address, String authority) {
    return address.getAddress().isLoopbackAddress()
        ? Finding.ok(NAME, "answers at " + authority)
        : Finding.warning(
            NAME,
            "answers at "
                + authority
                + ", and whoever reaches this machine may use it (expected: a loopback address)",
            "fugitive proxy --listen 127.0.0.1:" + address.getPort());
  }

  /** The embedded rendezvous takes the port after the proxy's. */
  private static int freePortBeside(int port) {
    return port < 65_000 ? port + 100 : port - 100;
  }
}
