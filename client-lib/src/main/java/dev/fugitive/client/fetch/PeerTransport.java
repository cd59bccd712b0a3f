package dev.fugitive.client.fetch;

import dev.fugitive.client.transport.Transport;
import dev.fugitive.client.transport.webrtc.IceServer;
import dev.fugitive.client.transport.webrtc.WebRtcSettings;
import dev.fugitive.client.transport.webrtc.WebRtcTransport;
import dev.fugitive.client.transport.webrtc.WebRtcUnavailableException;
import java.util.List;

/** What carries links to peers on this machine, or why nothing does. */
sealed interface PeerTransport {
  /** Links can be opened; the node that uses the transport closes it. */
  record Available(Transport transport) implements PeerTransport {}

  /**
   * They cannot.
   *
   * @param reason for the user, with what would help
   */
  record Unavailable(String reason) implements PeerTransport {}

  /** No peers, for a reason of our own. */
  static PeerTransport off(String reason) {
    return new Unavailable(reason);
  }

  /** Loads WebRTC. */
  static PeerTransport webRtc(List<String> iceServers) {
    try {
      return new Available(
          WebRtcTransport.open(
              WebRtcSettings.DEFAULTS.withIceServers(
                  iceServers.stream().map(IceServer::parse).toList())));
    } catch (WebRtcUnavailableException e) {
      return new Unavailable(String.valueOf(e.getMessage()));
    }
  }
}
