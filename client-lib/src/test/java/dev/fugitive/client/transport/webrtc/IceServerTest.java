package dev.fugitive.client.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ICE servers are read as RFC 7064 and RFC 7065 write them, with credentials for TURN. */
final class IceServerTest {
  @Test
  void stunNeedsNoCredentials() {
    assertThat(IceServer.parse("stun:stun.example.org:3478"))
        .isEqualTo(new IceServer("stun:stun.example.org:3478", "", ""));
    assertThat(IceServer.parse("stuns:[2001:db8::1]").url()).isEqualTo("stuns:[2001:db8::1]");
  }

  @Test
  void turnCarriesThemBeforeTheHostAndDoesNotShowThem() {
    IceServer server = IceServer.parse("turn:me:se:cret@relay.example.org:443?transport=tcp");
    assertThat(server)
        .isEqualTo(new IceServer("turn:relay.example.org:443?transport=tcp", "me", "se:cret"));
    assertThat(server.toString()).doesNotContain("cret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "stun.example.org",
        "http://stun.example.org",
        "stun://stun.example.org",
        "stun:",
        "stun:host:0",
        "stun:host:65536",
        "stun:host:port",
        "stun:a:b@host",
        "stun:host?transport=udp",
        "turn:host",
        "turn:user@host",
        "turn:user:secret@host?transport=sctp",
        "stun:host name"
      })
  void anythingElseIsRefusedByName(String text) {
    assertThatThrownBy(() -> IceServer.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("ICE server: " + text + " (expected: ");
  }
}
