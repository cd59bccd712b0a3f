package dev.fugitive.client.transport.webrtc;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What ties the observers that native code calls to their link, and what a link that closes cuts: a
 * callback that comes late finds nothing. webrtc-java holds a data channel's observer for ever, by
 * a global reference; so observers hold nothing but this.
 */
final class Tether {
  private record Ends(Negotiation negotiation, WebRtcLink link, LinkMailbox mailbox) {}

  private volatile @Nullable Ends ends;

  Tether(Negotiation negotiation, WebRtcLink link, LinkMailbox mailbox) {
    ends = new Ends(negotiation, link, mailbox);
  }

  void cut() {
    ends = null;
  }

  /** Tells the link, if it is still there. Any thread. */
  void link(Consumer<WebRtcLink> news) {
    Ends now = ends;
    if (now != null) {
      news.accept(now.link);
    }
  }

  /** Posts to the link's mailbox, if it is still there. Any thread. */
  void mailbox(Consumer<LinkMailbox> news) {
    Ends now = ends;
    if (now != null) {
      news.accept(now.mailbox);
    }
  }

  /** Goes on with the negotiation on the generation's native thread. */
  void negotiation(Consumer<Negotiation> step) {
    Ends now = ends;
    if (now != null) {
      now.link.onNativeThread(() -> step.accept(now.negotiation));
    }
  }
}
