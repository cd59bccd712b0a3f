package dev.fugitive.client.transport.webrtc;

import dev.fugitive.client.transport.Frames;
import dev.fugitive.client.transport.Link;
import dev.onvoid.webrtc.RTCDataChannelBuffer;
import dev.onvoid.webrtc.RTCDataChannelObserver;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a native data channel calls; hands over and returns. The native side never lets go of it, so
 * it lets go of its link when that closes.
 */
final class ChannelEvents implements RTCDataChannelObserver {
  private volatile @Nullable WebRtcLink link;

  ChannelEvents(WebRtcLink link) {
    this.link = link;
  }

  void detach() {
    link = null;
  }

  @Override
  public void onBufferedAmountChange(long previousAmount) {}

  @Override
  public void onStateChange() {
    WebRtcLink to = link;
    if (to != null) {
      to.channelChanged();
    }
  }

  @Override
  public void onMessage(RTCDataChannelBuffer message) {
    WebRtcLink to = link;
    if (to == null) {
      return;
    }
    if (!message.binary) {
      to.fail("text message (expected: binary)");
    } else if (message.data.remaining() > Link.MAX_FRAME_BYTES) {
      to.fail(Frames.tooLong(message.data.remaining()));
    } else {
      to.received(ByteBuffer.wrap(Frames.copyOf(message.data)));
    }
  }
}
