package dev.fugitive.client.transport.webrtc;

import dev.fugitive.client.transport.Signal;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCIceGatheringState;
import dev.onvoid.webrtc.RTCPeerConnectionState;

/** What a native connection calls, on its signalling thread; hands over and returns. */
final class ConnectionEvents implements PeerConnectionObserver {
  private final Tether tether;
  private boolean candidateFound;

  ConnectionEvents(Tether tether) {
    this.tether = tether;
  }

  @Override
  public void onIceCandidate(RTCIceCandidate local) {
    candidateFound = true;
    var candidate = new Signal.Candidate(local.sdpMid, local.sdpMLineIndex, local.sdp);
    tether.mailbox(mailbox -> mailbox.signal(candidate));
  }

  @Override
  public void onIceGatheringChange(RTCIceGatheringState state) {
    if (state == RTCIceGatheringState.COMPLETE && !candidateFound) {
      tether.link(link ->
          link.fail(
              "this machine has no network address but loopback, where WebRTC finds no path"));
    }
  }

  @Override
  public void onDataChannel(RTCDataChannel opened) {
    tether.link(link -> link.adoptLater(opened));
  }

  @Override
  public void onConnectionChange(RTCPeerConnectionState state) {
    if (state == RTCPeerConnectionState.FAILED) {
      tether.link(link -> link.fail("connection failed"));
    }
  }
}
