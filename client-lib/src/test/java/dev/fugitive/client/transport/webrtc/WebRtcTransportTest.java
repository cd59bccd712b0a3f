package dev.fugitive.client.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.transport.Transport;
import dev.fugitive.client.transport.TransportContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Links over real data channels keep every promise, a factory for each end. */
final class WebRtcTransportTest extends TransportContract {
  private WebRtcTransport one;
  private WebRtcTransport other;

  @BeforeEach
  void open() throws WebRtcUnavailableException {
    one = WebRtcTransport.open(WebRtcSettings.DEFAULTS);
    other = WebRtcTransport.open(WebRtcSettings.DEFAULTS);
  }

  @AfterEach
  void close() {
    one.close();
    other.close();
    assertThat(one.liveGenerations()).isZero();
    assertThat(other.liveGenerations()).isZero();
  }

  @Override
  protected Transport one() {
    return one;
  }

  @Override
  protected Transport other() {
    return other;
  }
}
