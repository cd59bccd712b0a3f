package dev.fugitive.proxy.doctor;

import dev.fugitive.client.transport.webrtc.WebRtcSettings;
import dev.fugitive.client.transport.webrtc.WebRtcTransport;
import dev.fugitive.client.transport.webrtc.WebRtcUnavailableException;
import java.util.Optional;

/** Whether WebRTC's native library loads here; without it there are no peers. */
public final class WebRtcCheck {
  static final String NAME = "webrtc";
  private static final String REMEDY = "; on Debian and Ubuntu: ";

  private WebRtcCheck() {}

  /** Loads it. */
  public static Finding look() {
    try {
      WebRtcTransport.open(WebRtcSettings.DEFAULTS).close();
      return judge(Optional.empty());
    } catch (WebRtcUnavailableException unavailable) {
      return judge(Optional.of(String.valueOf(unavailable.getMessage())));
    }
  }

  /** The message of the failure ends with its remedy, where one is known. */
  static Finding judge(Optional<String> failure) {
    if (failure.isEmpty()) {
      return Finding.ok(NAME, "the native library loads");
    }
    String[] parts = failure.get().split(REMEDY, 2);
    return parts.length == 2
        ? Finding.failed(NAME, parts[0], "sudo " + parts[1])
        : Finding.failed(NAME, failure.get() + "; the proxy works as a cache, without peers");
  }
}
