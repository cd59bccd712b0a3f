package dev.fugitive.client.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fugitive.client.transport.Introduction;
import dev.fugitive.client.transport.Link;
import dev.fugitive.client.transport.RecordingListener;
import dev.onvoid.webrtc.RTCDataChannelBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What received messages leak is bounded by generations of factories, and given back. */
final class GenerationTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MESSAGES = 200;

  private WebRtcTransport sender;
  private WebRtcTransport receiver;

  private record Pair(Link sending, Link receiving, RecordingListener received) {}

  @BeforeEach
  void open() throws WebRtcUnavailableException {
    sender = WebRtcTransport.open(WebRtcSettings.DEFAULTS);
    receiver =
        WebRtcTransport.open(WebRtcSettings.DEFAULTS.withGeneration(MESSAGES, Long.MAX_VALUE / 8));
  }

  @AfterEach
  void close() {
    sender.close();
    receiver.close();
    assertThat(sender.liveGenerations()).isZero();
    assertThat(receiver.liveGenerations()).isZero();
  }

  private Pair connect() {
    RecordingListener heard = new RecordingListener();
    RecordingListener received = new RecordingListener();
    var introduction = Introduction.between(sender, heard, receiver, received);
    heard.awaitOpen();
    received.awaitOpen();
    return new Pair(introduction.offering(), introduction.answering(), received);
  }

  private static void send(Pair pair, int messages) throws IOException {
    int before = pair.received.frameCount();
    for (int i = 0; i < messages; i++) {
      pair.sending.send(ByteBuffer.allocate(100));
    }
    await().atMost(PATIENCE).until(() -> pair.received.frameCount() == before + messages);
  }

  @Test
  void linksOfAWornGenerationAskToBeReplacedAndStillWork() throws IOException {
    Pair pair = connect();
    send(pair, MESSAGES - 1);
    assertThat(receiver.retiring()).isEmpty();
    send(pair, 1);
    assertThat(receiver.retiring()).containsExactly(pair.receiving);
    assertThat(sender.retiring()).isEmpty();
    send(pair, 10);
  }

  @Test
  void newLinksGoToANewGenerationAndTheOldOneEndsWithItsLastLink() throws IOException {
    Pair old = connect();
    send(old, MESSAGES);
    Pair fresh = connect();
    assertThat(receiver.liveGenerations()).isEqualTo(2);
    assertThat(receiver.retiring()).containsExactly(old.receiving);
    send(fresh, 10);
    send(old, 10);
    old.receiving.close("moved");
    await().atMost(PATIENCE).until(() -> receiver.liveGenerations() == 1);
    assertThat(receiver.retiring()).isEmpty();
    send(fresh, 10);
  }

  @Test
  void aGenerationThatNobodyLeavesClosesItsLinksInTheEnd() throws IOException {
    Pair pair = connect();
    send(pair, 4 * MESSAGES - 1);
    pair.sending.send(ByteBuffer.allocate(100));
    assertThat(pair.received.awaitClosed()).isEqualTo("generation is worn out");
    assertThat(pair.received.frameCount()).isEqualTo(4 * MESSAGES);
    send(connect(), 1);
  }

  @Test
  void whatMessagesLeakIsFreedWithTheirGeneration() throws Exception {
    long before = HeapHistogram.instancesOf(RTCDataChannelBuffer.class);
    Pair old = connect();
    send(old, 3 * MESSAGES);
    assertThat(HeapHistogram.instancesOf(RTCDataChannelBuffer.class))
        .isGreaterThanOrEqualTo(before + 3 * MESSAGES);
    connect();
    old.receiving.close("moved");
    await().atMost(PATIENCE).until(() -> receiver.liveGenerations() == 1);
    assertThat(HeapHistogram.instancesOf(RTCDataChannelBuffer.class))
        .isLessThanOrEqualTo(before + 10);
  }
}
