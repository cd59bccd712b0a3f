package dev.fugitive.client.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.client.transport.Signal;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fingerprints are read strictly. */
final class SdpFingerprintTest {
  private static final String HASH =
      "4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:3D:81:C4:0E:5B:65:C1:94:7B:54:F4:02";

  private static Signal.Description sdp(String... lines) {
    return new Signal.Description(
        Signal.Kind.OFFER, "v=0\r\n" + String.join("\r\n", lines) + "\r\n");
  }

  @Test
  void theFingerprintIsFoundAmongTheOtherLines() {
    assertThat(
            SdpFingerprint.of(sdp("a=setup:actpass", "a=fingerprint:sha-256 " + HASH, "a=mid:0")))
        .containsExactly(
            new SdpFingerprint("sha-256", ByteString.decodeHex(HASH.replace(":", ""))));
  }

  @Test
  void aRepeatedFingerprintCountsOnceAndTwoDifferentOnesTwice() {
    String line = "a=fingerprint:sha-256 " + HASH;
    assertThat(SdpFingerprint.of(sdp(line, line))).hasSize(1);
    assertThat(SdpFingerprint.of(sdp(line, line.replace("4A:AD", "4A:AE")))).hasSize(2);
  }

  @Test
  void hashFunctionsAreComparedWithoutCase() {
    assertThat(SdpFingerprint.of(sdp("a=fingerprint:SHA-256 " + HASH)))
        .extracting(SdpFingerprint::hashFunction)
        .containsExactly("sha-256");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a=mid:0",
        "a=fingerprint:sha-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB",
        "a=fingerprint:md5 4A:AD",
        "a=fingerprint:sha-256 4A:AD",
        "a=fingerprint:sha-256  " + HASH,
        "a=fingerprint:sha-256 " + HASH + ":00",
        "a=fingerprint:sha-256 " + HASH + " ",
        "a=fingerprint:sha-256",
        "A=FINGERPRINT:sha-256 " + HASH,
        "a=fingerprint:sha-256 4a:ad:b9:b1:3f:82:18:3b:54:02:12:df:3e:5d:49:6b:19:e5:7c:ab:3d:81:c4:0e:5b:65:c1:94:7b:54:f4:02",
      })
  void whatIsNotAStrongWellFormedFingerprintIsRefused(String line) {
    assertThatThrownBy(() -> SdpFingerprint.of(sdp(line)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected");
  }

  @Test
  void oneBadFingerprintBesideAGoodOneIsRefused() {
    assertThatThrownBy(() ->
            SdpFingerprint.of(sdp("a=fingerprint:sha-256 " + HASH, "a=fingerprint:sha-1 4A:AD")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aFloodOfFingerprintsIsRefused() {
    String[] lines = new String[9];
    for (int i = 0; i < lines.length; i++) {
      lines[i] = "a=fingerprint:sha-256 " + HASH.replace("4A:AD", "4A:0" + i);
    }
    assertThatThrownBy(() -> SdpFingerprint.of(sdp(lines)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than 8");
  }
}
