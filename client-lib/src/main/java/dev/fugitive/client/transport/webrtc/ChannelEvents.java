package dev.fugitive.client.transport.webrtc;

import dev.fugitive.client.transport.Frames;
import dev.fugitive.client.transport.Link;
import dev.onvoid.webrtc.RTCDataChannelBuffer;
import dev.onvoid.webrtc.RTCDataChannelObserver;
import java.nio.ByteBuffer;

/** What a native data channel calls; hands over and returns. */
record ChannelEvents(Tether tether) implements RTCDataChannelObserver {
  @Override
  public void onBufferedAmountChange(long previousAmount) {}

  @Override
  public void onStateChange() {
    tether.link(WebRtcLink::channelChanged);
  }

  /** The message's memory is native and gone when this returns: so it is copied here. */
  @Override
  public void onMessage(RTCDataChannelBuffer message) {
    tether.link(link -> receive(link, message));
  }

  private static void receive(WebRtcLink link, RTCDataChannelBuffer message) {
    if (!message.binary) {
      link.fail("text message (expected: binary)");
    } else if (message.data.remaining() > Link.MAX_FRAME_BYTES) {
      link.fail(Frames.tooLong(message.data.remaining()));
    } else {
      link.received(ByteBuffer.wrap(Frames.copyOf(message.data)));
    }
  }
}
