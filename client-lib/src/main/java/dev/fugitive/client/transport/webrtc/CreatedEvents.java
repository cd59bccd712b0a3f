package dev.fugitive.client.transport.webrtc;

import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.RTCSessionDescription;

/** What native code calls when it has made an offer or an answer; hands over and returns. */
record CreatedEvents(Tether tether) implements CreateSessionDescriptionObserver {
  @Override
  public void onSuccess(RTCSessionDescription description) {
    tether.negotiation(negotiation -> negotiation.describe(description));
  }

  @Override
  public void onFailure(String error) {
    tether.link(link -> link.fail("no description: " + error));
  }
}
