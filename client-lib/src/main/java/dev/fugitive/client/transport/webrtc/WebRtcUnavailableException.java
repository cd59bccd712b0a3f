package dev.fugitive.client.transport.webrtc;

/** WebRTC cannot be used on this machine; the message says why and what would help. */
public final class WebRtcUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  WebRtcUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
