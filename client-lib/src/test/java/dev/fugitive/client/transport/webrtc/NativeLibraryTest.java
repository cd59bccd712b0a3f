package dev.fugitive.client.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A library that is missing is named, with the command that brings it. */
final class NativeLibraryTest {
  @Test
  void aMissingLibraryIsNamed() {
    assertThat(
            NativeLibrary.explain(
                "/tmp/libwebrtc-java-linux-x86_641.so: libpulse.so.0: cannot open shared object"
                    + " file: No such file or directory"))
        .isEqualTo(
            "WebRTC needs the library libpulse.so.0, which this machine lacks; on Debian and"
                + " Ubuntu: apt-get install libpulse0 libudev1 libx11-6 libxfixes3 libxrandr2"
                + " libxcomposite1 libdbus-1-3");
  }

  @Test
  void anyOtherFailureIsPassedOn() {
    assertThat(NativeLibrary.explain("bad ELF header"))
        .isEqualTo("WebRTC's native library cannot be loaded: bad ELF header");
  }
}
