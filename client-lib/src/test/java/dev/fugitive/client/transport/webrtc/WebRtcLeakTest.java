package dev.fugitive.client.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fugitive.client.transport.Introduction;
import dev.fugitive.client.transport.RecordingListener;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Closing gives everything back: links, threads, native objects, and the program's end. */
final class WebRtcLeakTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void noThreadOutlivesItsTransport() throws Exception {
    await().atMost(PATIENCE).until(() -> NativeThreads.list().isEmpty());
    WebRtcTransport one = WebRtcTransport.open(WebRtcSettings.DEFAULTS);
    WebRtcTransport other = WebRtcTransport.open(WebRtcSettings.DEFAULTS);
    connectAndClose(one, other);
    assertThat(NativeThreads.list()).isNotEmpty();
    one.close();
    other.close();
    await().atMost(PATIENCE).until(() -> NativeThreads.list().isEmpty());
  }

  @Test
  void aClosedLinkIsNotHeldByAnything() throws Exception {
    long before = HeapHistogram.instancesOf(WebRtcLink.class);
    try (WebRtcTransport one = WebRtcTransport.open(WebRtcSettings.DEFAULTS);
        WebRtcTransport other = WebRtcTransport.open(WebRtcSettings.DEFAULTS)) {
      for (int i = 0; i < 20; i++) {
        connectAndClose(one, other);
      }
      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(HeapHistogram.instancesOf(WebRtcLink.class)).isLessThanOrEqualTo(before));
    }
  }

  @Test
  void closedConnectionsAreReleasedInTheVersionThatForgetsThem() {
    assertThat(ForgottenReference.isUsed()).isTrue();
  }

  @Test
  void aProgramThatExitsWithLiveLinksEndsInOrder(@TempDir Path directory) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:ErrorFile=" + directory.resolve("crash.log"),
                "-cp",
                System.getProperty("java.class.path"),
                ExitsWithLiveLinks.class.getName())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output.txt").toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(ExitsWithLiveLinks.STATUS);
    assertThat(directory.toFile().list()).extracting(File::new).hasSize(1);
  }

  private static void connectAndClose(WebRtcTransport one, WebRtcTransport other) throws Exception {
    RecordingListener heard = new RecordingListener();
    RecordingListener otherHeard = new RecordingListener();
    var introduction = Introduction.between(one, heard, other, otherHeard);
    heard.awaitOpen();
    otherHeard.awaitOpen();
    introduction.offering().send(ByteBuffer.allocate(100));
    await().atMost(PATIENCE).until(() -> otherHeard.frameCount() == 1);
    introduction.offering().close("done");
    for (RecordingListener listener : List.of(heard, otherHeard)) {
      listener.awaitClosed();
    }
  }
}
