package dev.fugitive.client.transport.webrtc;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Native calls whose failure changes nothing: what they free is lost either way. */
final class NativeCalls {
  private static final Logger LOG = LoggerFactory.getLogger(NativeCalls.class);

  /** A call into webrtc-java. */
  interface NativeCall {
    void run() throws Exception;
  }

  private NativeCalls() {}

  /** Makes a call that frees something; webrtc-java throws {@code Error} for a reference left. */
  static void quietly(String what, NativeCall call) {
    try {
      call.run();
    } catch (Exception | Error e) {
      LOG.debug("{} failed", what, e);
    }
  }
}
