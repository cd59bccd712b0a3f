package dev.fugitive.client.transport.webrtc;

import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import java.util.function.Consumer;

/**
 * What native code calls when it has taken a description, or refused it; hands over and returns.
 *
 * @param what the description's name in the reason for closing
 * @param next how the negotiation goes on
 */
record DescribedEvents(Tether tether, String what, Consumer<Negotiation> next)
    implements SetSessionDescriptionObserver {
  @Override
  public void onSuccess() {
    tether.negotiation(next);
  }

  @Override
  public void onFailure(String error) {
    tether.link(link -> link.fail(what + " refused: " + error));
  }
}
