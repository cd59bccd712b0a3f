package dev.fugitive.client.transport.webrtc;

import java.util.List;

/**
 * How a {@link WebRtcTransport} works.
 *
 * @param iceServers servers that tell a peer its public address, or relay for it
 * @param generationMessages received messages after which a factory takes no new links
 * @param generationBytes received bytes after which a factory takes no new links
 * @param highMarkBytes {@code send} blocks while this much waits
 * @param stallTimeoutMillis a link above the mark that sends nothing for so long is closed
 * @param maxUndeliveredBytes a link whose listener is this far behind is closed
 */
public record WebRtcSettings(
    List<IceServer> iceServers,
    long generationMessages,
    long generationBytes,
    long highMarkBytes,
    long stallTimeoutMillis,
    long maxUndeliveredBytes) {
  private static final long MIB = 1024 * 1024;

  /**
   * No servers. A generation lasts for 250,000 messages, which leak about 26 MB of heap until it is
   * disposed, or for 64 GiB.
   */
  public static final WebRtcSettings DEFAULTS =
      new WebRtcSettings(List.of(), 250_000, 64 * 1024 * MIB, 4 * MIB, 10_000, 64 * MIB);

  public WebRtcSettings {
    iceServers = List.copyOf(iceServers);
    requirePositive("generation messages", generationMessages);
    requirePositive("generation bytes", generationBytes);
    requirePositive("high mark bytes", highMarkBytes);
    requirePositive("stall timeout in milliseconds", stallTimeoutMillis);
    requirePositive("undelivered bytes", maxUndeliveredBytes);
  }

  public WebRtcSettings withIceServers(List<IceServer> servers) {
    return new WebRtcSettings(
        servers,
        generationMessages,
        generationBytes,
        highMarkBytes,
        stallTimeoutMillis,
        maxUndeliveredBytes);
  }

  public WebRtcSettings withGeneration(long messages, long bytes) {
    return new WebRtcSettings(
        iceServers, messages, bytes, highMarkBytes, stallTimeoutMillis, maxUndeliveredBytes);
  }

  private static void requirePositive(String what, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(what + ": " + value + " (expected: > 0)");
    }
  }
}
