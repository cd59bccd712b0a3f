package dev.fugitive.client.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a peer's word does not lead. */
final class RemoteCandidatesTest {
  private static String at(String protocol, String address) {
    return "candidate:1 1 " + protocol + " 2122260223 " + address + " 5000 typ host generation 0";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.168.1.7",
        "10.0.0.1",
        "8.8.8.8",
        "192.0.2.1",
        "100.64.0.1",
        "2606:4700::1",
        "fd00::1",
        "fe80::1",
        "4f5e6a7b-1c2d-4e3f-8a9b-0c1d2e3f4a5b.local"
      })
  void peersAreTriedWhereTheyMayBe(String address) {
    assertThat(RemoteCandidates.isTried(at("udp", address))).isTrue();
    assertThat(RemoteCandidates.isTried(at("tcp", address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "::1",
        "0.0.0.0",
        "::",
        "169.254.169.254",
        "::ffff:127.0.0.1",
        "224.0.0.1",
        "ff02::1",
        "localhost",
        "internal.corp",
        "victim.example",
        "2130706433x"
      })
  void thisMachineItsLinkAndNamesAreNotTried(String address) {
    assertThat(RemoteCandidates.isTried(at("udp", address))).isFalse();
  }

  @Test
  void aDescriptionKeepsAllElse() {
    String kept = "v=0\r\na=" + at("udp", "10.0.0.1") + "\r\na=end-of-candidates\r\n";
    String given = kept.replace("a=end", "a=" + at("udp", "127.0.0.1") + "\r\na=end");
    assertThat(RemoteCandidates.tried(given)).isEqualTo(kept);
    assertThat(RemoteCandidates.isTried("")).isTrue();
    assertThat(RemoteCandidates.isTried("candidate:1 1 udp")).isFalse();
  }
}
