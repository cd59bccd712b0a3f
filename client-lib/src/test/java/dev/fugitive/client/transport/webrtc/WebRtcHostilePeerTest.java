package dev.fugitive.client.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fugitive.client.transport.Link;
import dev.fugitive.client.transport.RecordingListener;
import dev.fugitive.client.transport.Signal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A peer that does not keep to the rules loses its link, and the reason says which rule. */
final class WebRtcHostilePeerTest {
  private final RecordingListener heard = new RecordingListener();
  private WebRtcTransport transport;

  @BeforeEach
  void open() throws WebRtcUnavailableException {
    transport = WebRtcTransport.open(WebRtcSettings.DEFAULTS);
  }

  @AfterEach
  void close() {
    transport.close();
    assertThat(transport.liveGenerations()).isZero();
    assertThat(heard.faults()).isEmpty();
  }

  @Test
  void theLongestFrameIsTaken() throws Exception {
    try (RawPeer peer = new RawPeer("fugitive", transport, heard)) {
      peer.send(Link.MAX_FRAME_BYTES, true);
      await().atMost(Duration.ofSeconds(30)).until(() -> heard.frameCount() == 1);
    }
    assertThat(heard.awaitClosed()).isEqualTo("closed by the other side");
  }

  @Test
  void aFrameThatIsTooLongClosesTheLink() throws Exception {
    try (RawPeer peer = new RawPeer("fugitive", transport, heard)) {
      peer.send(Link.MAX_FRAME_BYTES + 1, true);
      assertThat(heard.awaitClosed()).isEqualTo("frame bytes: 67585 (expected: at most 67584)");
    }
    assertThat(heard.frames()).isEmpty();
  }

  @Test
  void emptyMessagesOfEitherKindDoNoHarm() throws Exception {
    try (RawPeer peer = new RawPeer("fugitive", transport, heard)) {
      peer.send(0, true);
      peer.send(1, true);
      await().atMost(Duration.ofSeconds(30)).until(() -> heard.frameCount() == 2);
      assertThat(heard.frames().getFirst()).isEmpty();
      peer.send(0, false);
      assertThat(heard.awaitClosed()).isEqualTo("text message (expected: binary)");
    }
  }

  @Test
  void aTextMessageClosesTheLink() throws Exception {
    try (RawPeer peer = new RawPeer("fugitive", transport, heard)) {
      peer.send(3, false);
      assertThat(heard.awaitClosed()).isEqualTo("text message (expected: binary)");
    }
  }

  @Test
  void aChannelOfAnotherNameClosesTheLink() throws Exception {
    try (RawPeer peer = new RawPeer("something else", transport, heard)) {
      peer.send(1, true);
      assertThat(heard.awaitClosed()).isEqualTo("unexpected data channel");
    }
    assertThat(heard.opens()).isZero();
  }

  @Test
  void aSecondChannelClosesTheLink() throws Exception {
    try (RawPeer peer = new RawPeer("fugitive", transport, heard)) {
      heard.awaitOpen();
      peer.openChannel("fugitive");
      assertThat(heard.awaitClosed()).isEqualTo("unexpected data channel");
    }
  }

  @Test
  void aFloodThatTheListenerCannotFollowClosesTheLink() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    RecordingListener slow =
        new RecordingListener() {
          @Override
          public void onFrame(ByteBuffer frame) {
            super.onFrame(frame);
            awaitQuietly(busy);
          }
        };
    WebRtcSettings strict =
        new WebRtcSettings(List.of(), 250_000, 1L << 40, 1L << 22, 10_000, 500_000);
    try (WebRtcTransport strictTransport = WebRtcTransport.open(strict);
        RawPeer peer = new RawPeer("fugitive", strictTransport, slow)) {
      for (int i = 0; i < 20; i++) {
        peer.send(60_000, true);
      }
      await().atMost(Duration.ofSeconds(30)).until(() -> slow.frameCount() == 1);
      await().atMost(Duration.ofSeconds(30)).until(() -> strictTransport.openLinks() == 0);
      busy.countDown();
      assertThat(slow.awaitClosed()).isEqualTo("listener is too far behind");
    }
    assertThat(slow.frameCount()).isBetween(2, 9);
    assertThat(slow.faults()).isEmpty();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts this thread", e);
    }
  }

  @Test
  void tooManySignalsCloseTheLink() {
    Link link = transport.offer(heard);
    for (int i = 0; i < 65; i++) {
      link.signal(new Signal.Candidate("0", 0, "candidate:1 1 udp 1 192.0.2.9 9 typ host"));
    }
    assertThat(heard.awaitClosed()).isEqualTo("signals: more than 64");
  }

  @Test
  void anOversizedDescriptionClosesTheLink() {
    transport.answer(new Signal.Description(Signal.Kind.OFFER, "v".repeat(20_000)), heard);
    assertThat(heard.awaitClosed()).isEqualTo("signal characters: 20000 (expected: at most 16384)");
  }

  @Test
  void aMalformedCandidateIsIgnored() throws Exception {
    Link link = transport.offer(heard);
    await().atMost(Duration.ofSeconds(30)).until(() -> !heard.signals().isEmpty());
    link.signal(new Signal.Candidate("", -7, "nonsense"));
    RecordingListener second = new RecordingListener();
    try (RawPeer peer = new RawPeer("fugitive", transport, second)) {
      peer.send(1, true);
      await().atMost(Duration.ofSeconds(30)).until(() -> second.frameCount() == 1);
    }
    second.awaitClosed();
    assertThat(heard.isClosed()).isFalse();
  }
}
