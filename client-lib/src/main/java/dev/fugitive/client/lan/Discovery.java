package dev.fugitive.client.lan;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/** How a node makes itself known on a network, and hears of others there. */
public interface Discovery {
  /**
   * Announces and listens on one of this machine's addresses, until what it returns is closed. Both
   * may block for seconds.
   *
   * @throws IOException where that is not possible there; the message says why
   */
  Closeable start(LanAddress at, Announcement own, Listener listener) throws IOException;

  /** Hears of others, on threads of the discovery; hands over and returns. Nothing is proven. */
  interface Listener {
    /** Somebody is there; also said again, and of ourselves. */
    void found(Announcement announcement, List<InetAddress> addresses);

    /** Somebody has said farewell, or has not been heard for long. */
    void lost(String tag);
  }
}
