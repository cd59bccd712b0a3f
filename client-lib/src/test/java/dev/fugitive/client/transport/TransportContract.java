package dev.fugitive.client.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every transport promises; each implementation runs all of it. */
public abstract class TransportContract {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final List<RecordingListener> listeners = new ArrayList<>();

  /** The transport of the side that offers. */
  protected abstract Transport one();

  /** The transport of the side that answers. */
  protected abstract Transport other();

  /** Two ends of a link that is open. */
  protected record Pair(
      Link link, RecordingListener heard, Link otherLink, RecordingListener otherHeard) {}

  protected RecordingListener listener() {
    RecordingListener made = new RecordingListener();
    listeners.add(made);
    return made;
  }

  protected Pair connect() {
    RecordingListener heard = listener();
    RecordingListener otherHeard = listener();
    var introduction = Introduction.between(one(), heard, other(), otherHeard);
    heard.awaitOpen();
    otherHeard.awaitOpen();
    return new Pair(introduction.offering(), heard, introduction.answering(), otherHeard);
  }

  @AfterEach
  void everyListenerWasTreatedWell() {
    for (RecordingListener listener : listeners) {
      assertThat(listener.faults()).isEmpty();
      assertThat(listener.opens()).isLessThanOrEqualTo(1);
      assertThat(listener.closes()).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void bothEndsHearThatTheLinkIsOpen() {
    Pair pair = connect();
    assertThat(pair.heard.opens()).isEqualTo(1);
    assertThat(pair.otherHeard.opens()).isEqualTo(1);
  }

  @Test
  void theFirstSignalsAreOfferAndAnswerAndCandidatesFollow() {
    Pair pair = connect();
    assertThat(kindOfFirst(pair.heard)).isEqualTo(Signal.Kind.OFFER);
    assertThat(kindOfFirst(pair.otherHeard)).isEqualTo(Signal.Kind.ANSWER);
    assertThat(pair.heard.signals().stream().skip(1))
        .isNotEmpty()
        .allSatisfy(signal -> assertThat(signal).isInstanceOf(Signal.Candidate.class));
  }

  @Test
  void aMessageArrivesAsItWasSent() throws IOException {
    Pair pair = connect();
    byte[] message = {1, 2, 3};
    pair.link.send(ByteBuffer.wrap(message));
    await().atMost(PATIENCE).until(() -> pair.otherHeard.frameCount() == 1);
    assertThat(pair.otherHeard.frames().getFirst()).isEqualTo(message);
  }

  @Test
  void anEmptyMessageArrivesEmpty() throws IOException {
    Pair pair = connect();
    pair.link.send(ByteBuffer.allocate(0));
    await().atMost(PATIENCE).until(() -> pair.otherHeard.frameCount() == 1);
    assertThat(pair.otherHeard.frames().getFirst()).isEmpty();
  }

  @Test
  void onlyWhatLiesBetweenPositionAndLimitIsSent() throws IOException {
    Pair pair = connect();
    ByteBuffer heap = ByteBuffer.wrap(new byte[] {9, 9, 1, 2, 9}, 2, 2);
    ByteBuffer direct = ByteBuffer.allocateDirect(8).put(3, (byte) 7).position(3).limit(4);
    pair.link.send(heap);
    pair.link.send(direct);
    await().atMost(PATIENCE).until(() -> pair.otherHeard.frameCount() == 2);
    assertThat(pair.otherHeard.frames()).containsExactly(new byte[] {1, 2}, new byte[] {7});
  }

  @Test
  void aBufferCanBeUsedAgainAsSoonAsSendReturns() throws IOException {
    Pair pair = connect();
    ByteBuffer buffer = ByteBuffer.allocate(4);
    for (int i = 0; i < 500; i++) {
      pair.link.send(buffer.putInt(0, i));
    }
    await().atMost(PATIENCE).until(() -> pair.otherHeard.frameCount() == 500);
    List<byte[]> frames = pair.otherHeard.frames();
    for (int i = 0; i < 500; i++) {
      assertThat(ByteBuffer.wrap(frames.get(i)).getInt()).isEqualTo(i);
    }
  }

  @Test
  void theLongestFrameArrivesAndALongerOneIsRefused() throws IOException {
    Pair pair = connect();
    byte[] longest = new byte[Link.MAX_FRAME_BYTES];
    new Random(1).nextBytes(longest);
    pair.link.send(ByteBuffer.wrap(longest));
    assertThatThrownBy(() -> pair.link.send(ByteBuffer.allocate(Link.MAX_FRAME_BYTES + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("frame bytes: 67585 (expected: at most 67584)");
    await().atMost(PATIENCE).until(() -> pair.otherHeard.frameCount() == 1);
    assertThat(pair.otherHeard.frames().getFirst()).isEqualTo(longest);
  }

  @Test
  void thousandsOfMessagesOfAllLengthsArriveInOrderBothWaysAtOnce() throws Exception {
    Pair pair = connect();
    int messages = 3_000;
    try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
      var there = senders.submit(() -> sendSeries(pair.link, 11, messages));
      var back = senders.submit(() -> sendSeries(pair.otherLink, 12, messages));
      there.get(60, TimeUnit.SECONDS);
      back.get(60, TimeUnit.SECONDS);
    }
    await().atMost(PATIENCE).until(() -> pair.otherHeard.frameCount() == messages);
    await().atMost(PATIENCE).until(() -> pair.heard.frameCount() == messages);
    requireSeries(pair.otherHeard.frames(), 11);
    requireSeries(pair.heard.frames(), 12);
  }

  @Test
  void manySendersOnOneLinkLoseNothing() throws Exception {
    Pair pair = connect();
    try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int sender = 0; sender < 16; sender++) {
        int number = sender;
        var unused =
            senders.submit(() -> {
              for (int i = 0; i < 100; i++) {
                pair.link.send(ByteBuffer.allocate(2_000).putInt(0, number).putInt(4, i));
              }
              return number;
            });
      }
    }
    await().atMost(PATIENCE).until(() -> pair.otherHeard.frameCount() == 1_600);
    int[] next = new int[16];
    for (byte[] frame : pair.otherHeard.frames()) {
      ByteBuffer fields = ByteBuffer.wrap(frame);
      assertThat(fields.getInt(4)).isEqualTo(next[fields.getInt(0)]++);
    }
  }

  @Test
  void aStormOfTinyMessagesIsDeliveredWhole() throws IOException {
    Pair pair = connect();
    for (int i = 0; i < 20_000; i++) {
      pair.link.send(ByteBuffer.allocate(4).putInt(0, i));
    }
    await().atMost(PATIENCE).until(() -> pair.otherHeard.frameCount() == 20_000);
    List<byte[]> frames = pair.otherHeard.frames();
    for (int i = 0; i < 20_000; i++) {
      assertThat(ByteBuffer.wrap(frames.get(i)).getInt()).isEqualTo(i);
    }
  }

  @Test
  void whatWaitsIsBoundedAndAllOfItArrives() throws IOException {
    Pair pair = connect();
    byte[] frame = new byte[64 * 1024];
    long sentBytes = 0;
    long mostQueuedBytes = 0;
    while (sentBytes < 32 * 1024 * 1024) {
      pair.link.send(ByteBuffer.wrap(frame));
      sentBytes += frame.length;
      mostQueuedBytes = Math.max(mostQueuedBytes, pair.link.queuedBytes());
    }
    long expectedBytes = sentBytes;
    await().atMost(PATIENCE).until(() -> pair.otherHeard.receivedBytes() == expectedBytes);
    assertThat(mostQueuedBytes).isLessThanOrEqualTo(4 * 1024 * 1024 + frame.length);
    await().atMost(PATIENCE).until(() -> pair.link.queuedBytes() == 0);
  }

  @Test
  void closingIsHeardOnceAtBothEnds() {
    Pair pair = connect();
    pair.link.close("done");
    pair.link.close("again");
    assertThat(pair.heard.awaitClosed()).isEqualTo("done");
    assertThat(pair.otherHeard.awaitClosed()).isEqualTo("closed by the other side");
    pair.otherLink.close("late");
  }

  @Test
  void sendingOnAClosedLinkSaysWhyItIsClosed() {
    Pair pair = connect();
    pair.link.close("done");
    assertThatThrownBy(() -> pair.link.send(ByteBuffer.allocate(1)))
        .isInstanceOf(IOException.class)
        .hasMessage("link is closed: done");
    pair.otherHeard.awaitClosed();
    assertThatThrownBy(() -> pair.otherLink.send(ByteBuffer.allocate(1)))
        .isInstanceOf(IOException.class)
        .hasMessage("link is closed: closed by the other side");
  }

  @Test
  void sendingBeforeTheLinkIsOpenIsRefused() {
    Link link = one().offer(listener());
    assertThatThrownBy(() -> link.send(ByteBuffer.allocate(1)))
        .isInstanceOf(IOException.class)
        .hasMessage("link is not open yet");
    link.close("enough");
  }

  @Test
  void aLinkThatNeverOpensCanBeClosed() {
    RecordingListener heard = listener();
    one().offer(heard).close("timeout");
    assertThat(heard.awaitClosed()).isEqualTo("timeout");
    assertThat(heard.opens()).isZero();
  }

  @Test
  void signalsAfterTheEndAreIgnored() {
    Pair pair = connect();
    pair.link.close("done");
    pair.link.signal(new Signal.Candidate("0", 0, "candidate:1 1 udp 1 127.0.0.1 9 typ host"));
    pair.link.signal(new Signal.Description(Signal.Kind.ANSWER, "v=0"));
    assertThat(pair.heard.awaitClosed()).isEqualTo("done");
  }

  @Test
  void aMalformedOfferClosesTheLinkThatAnswersIt() {
    RecordingListener heard = listener();
    other().answer(new Signal.Description(Signal.Kind.OFFER, "nonsense"), heard);
    assertThat(heard.awaitClosed()).contains("refused");
  }

  @Test
  void aMalformedAnswerClosesTheLinkThatOffered() {
    RecordingListener heard = listener();
    Link link = one().offer(heard);
    await().atMost(PATIENCE).until(() -> !heard.signals().isEmpty());
    link.signal(new Signal.Description(Signal.Kind.ANSWER, "nonsense"));
    assertThat(heard.awaitClosed()).contains("refused");
  }

  @Test
  void answeringAnAnswerIsAMistakeOfTheCaller() {
    assertThatThrownBy(
            () -> one().answer(new Signal.Description(Signal.Kind.ANSWER, ""), listener()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ANSWER");
  }

  @Test
  void sendersAreLetGoWhenTheLinkClosesUnderThem() throws Exception {
    Pair pair = connect();
    CountDownLatch sent = new CountDownLatch(20);
    try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
      var sending =
          senders.submit(() -> {
            while (true) {
              pair.link.send(ByteBuffer.allocate(60_000));
              sent.countDown();
            }
          });
      assertThat(sent.await(30, TimeUnit.SECONDS)).isTrue();
      pair.otherLink.close("cut");
      assertThatThrownBy(() -> sending.get(30, TimeUnit.SECONDS))
          .hasRootCauseInstanceOf(IOException.class)
          .hasRootCauseMessage("link is closed: closed by the other side");
    }
  }

  @Test
  void aStormOfClosesFromBothEndsIsHeardOnce() throws Exception {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      pairs.add(connect());
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Pair pair : pairs) {
        for (int i = 0; i < 10; i++) {
          threads.execute(() -> pair.link.close("here"));
          threads.execute(() -> pair.otherLink.close("there"));
          threads.execute(() -> sendQuietly(pair.link));
        }
      }
    }
    for (Pair pair : pairs) {
      pair.heard.awaitClosed();
      pair.otherHeard.awaitClosed();
    }
  }

  @Test
  void linksThatOpenAndCloseAllAtOnceDisturbNoOther() throws Exception {
    Pair lasting = connect();
    AtomicInteger opened = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 12; i++) {
        threads.execute(() -> {
          RecordingListener heard = new RecordingListener();
          RecordingListener otherHeard = new RecordingListener();
          var introduction = Introduction.between(one(), heard, other(), otherHeard);
          heard.awaitOpen();
          opened.incrementAndGet();
          introduction.offering().close("done");
          otherHeard.awaitClosed();
        });
      }
      sendSeries(lasting.link, 5, 300);
    }
    await().atMost(PATIENCE).until(() -> lasting.otherHeard.frameCount() == 300);
    requireSeries(lasting.otherHeard.frames(), 5);
    assertThat(opened).hasValue(12);
  }

  @Test
  void aListenerThatThrowsHearsTheRestAllTheSame() throws IOException {
    RecordingListener heard = listener();
    RecordingListener failing =
        new RecordingListener() {
          @Override
          public void onOpen() {
            super.onOpen();
            throw new IllegalStateException("expected by the test");
          }
        };
    var introduction = Introduction.between(one(), heard, other(), failing);
    heard.awaitOpen();
    introduction.offering().send(ByteBuffer.allocate(5));
    await().atMost(PATIENCE).until(() -> failing.frameCount() == 1);
  }

  @Test
  void closingTheTransportClosesItsLinks() {
    Pair pair = connect();
    one().close();
    one().close();
    assertThat(pair.heard.awaitClosed()).isEqualTo("transport closed");
    assertThat(pair.otherHeard.awaitClosed()).isEqualTo("closed by the other side");
    assertThatThrownBy(() -> one().offer(listener())).isInstanceOf(IllegalStateException.class);
  }

  private static Signal.Kind kindOfFirst(RecordingListener listener) {
    return ((Signal.Description) listener.signals().getFirst()).kind();
  }

  /** Sends messages whose lengths and contents follow from the seed. */
  private static Void sendSeries(Link link, long seed, int messages) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < messages; i++) {
      link.send(ByteBuffer.wrap(next(random)));
    }
    return null;
  }

  private static void requireSeries(List<byte[]> frames, long seed) {
    Random random = new Random(seed);
    for (byte[] frame : frames) {
      assertThat(frame).isEqualTo(next(random));
    }
  }

  private static byte[] next(Random random) {
    byte[] message = new byte[1 + random.nextInt(random.nextInt(8) == 0 ? 65_536 : 300)];
    random.nextBytes(message);
    return message;
  }

  private static void sendQuietly(Link link) {
    try {
      link.send(ByteBuffer.allocate(10_000));
    } catch (IOException e) {
      assertThat(e).hasMessageStartingWith("link is closed");
    }
  }
}
