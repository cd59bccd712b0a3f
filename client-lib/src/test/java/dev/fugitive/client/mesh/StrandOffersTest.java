package dev.fugitive.client.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.client.signalling.SignallingCodec;
import dev.fugitive.client.signalling.SignedSignal.Content;
import dev.fugitive.client.transport.Link;
import dev.fugitive.client.transport.LinkListener;
import dev.fugitive.client.transport.RecordingListener;
import dev.fugitive.client.transport.Signal;
import dev.fugitive.client.transport.Transport;
import dev.fugitive.client.wire.MalformedMessageException;
import dev.fugitive.client.wire.PeerMessage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a peer can do to us with offers of strands, honest or not; ours have even numbers. */
final class StrandOffersTest {
  private static final Content OFFER =
      new Content.OfLink(new Signal.Description(Signal.Kind.OFFER, "offer"));
  private static final Content ANSWER =
      new Content.OfLink(new Signal.Description(Signal.Kind.ANSWER, "answer"));
  private static final Content CANDIDATE =
      new Content.OfLink(new Signal.Candidate("0", 0, "candidate"));
  private static final int MOST = Strands.MAX_CARRIERS - 1;

  private final List<FakeLink> answered = new ArrayList<>();
  private final List<PeerMessage> said = new ArrayList<>();
  private final List<ByteBuffer> frames = new ArrayList<>();
  private final StrandPool pool = new StrandPool(100);
  private final Strands strands =
      new Strands(
          new FakeSession(),
          new FakeLink(new RecordingListener()),
          new FakeTransport(),
          pool,
          true);
  private long now;

  @AfterEach
  void noPlaceIsKept() {
    strands.close("over");
    assertThat(pool.taken()).isZero();
    assertThat(answered).allMatch(link -> link.closed);
  }

  @Test
  void anOfferIsAnsweredAndItsFramesAreTheSessions() throws Exception {
    hear(1, OFFER);
    assertThat(answered).hasSize(1);
    assertThat(said).isEmpty();
    listener(0).onOpen();
    assertThat(strands.count()).isEqualTo(2);
    listener(0).onFrame(ByteBuffer.allocate(3));
    assertThat(frames).hasSize(1);
  }

  @Test
  void anOfferUnderANumberOfOursIsDeclined() throws Exception {
    hear(2, OFFER);
    assertThat(answered).isEmpty();
    assertThat(said).containsExactly(declined(2));
  }

  @Test
  void aSecondOfferUnderOneNumberIsDeclined() throws Exception {
    hear(1, OFFER);
    hear(1, OFFER);
    assertThat(answered).hasSize(1);
    assertThat(said).containsExactly(declined(1));
  }

  @Test
  void moreThanAreAllowedAreDeclined() throws Exception {
    for (int i = 0; i <= MOST; i++) {
      hear(2 * i + 1, OFFER);
    }
    assertThat(answered).hasSize(MOST);
    assertThat(said).containsExactly(declined(2 * MOST + 1));
  }

  @Test
  void whoseStrandsNeverOpenGetsNoMoreThanThoseUntilTheyAreGivenUp() throws Exception {
    for (int i = 0; i < MOST; i++) {
      hear(2 * i + 1, OFFER);
    }
    pass(Duration.ofSeconds(10));
    assertThat(answered).noneMatch(link -> link.closed);
    pass(Duration.ofMillis(1));
    assertThat(answered).allMatch(link -> link.closed);
    assertThat(pool.taken()).isZero();
  }

  /** Each answer costs memory that some transports never give back. */
  @Test
  void whoOffersWithoutEndIsAnsweredOnceASecond() throws Exception {
    int number = 1;
    for (int i = 0; i < 100; i++, number += 2) {
      hear(number, OFFER);
      hear(number, new Content.Declined("changed my mind"));
    }
    assertThat(answered).hasSize(2 * Strands.MAX_CARRIERS);
    pass(Duration.ofSeconds(1));
    hear(number, OFFER);
    hear(number + 2, OFFER);
    assertThat(answered).hasSize(2 * Strands.MAX_CARRIERS + 1);
  }

  @Test
  void whoBringsLessThanOthersIsDeclined() throws Exception {
    strands.receivedBulk(1000);
    pool.received(2000);
    hear(1, OFFER);
    assertThat(said).containsExactly(declined(1));
  }

  @Test
  void whereNoPlaceIsLeftOffersAreDeclined() throws Exception {
    for (int i = 0; i < 100; i++) {
      assertThat(pool.take()).isTrue();
    }
    hear(1, OFFER);
    assertThat(said).containsExactly(declined(1));
    for (int i = 0; i < 100; i++) {
      pool.giveBack();
    }
  }

  @Test
  void whatIsSaidAboutAStrandThatIsNotThereIsPassedOver() throws Exception {
    for (Content content : List.of(ANSWER, CANDIDATE, new Content.Declined("no"))) {
      hear(1, content);
      hear(2, content);
    }
    assertThat(said).isEmpty();
    assertThat(answered).isEmpty();
  }

  @Test
  void whatIsNoSignalIsMalformed() {
    assertThatThrownBy(
            () -> strands.heard(new PeerMessage.Strand(1, ByteString.encodeUtf8("no signal"))))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageStartingWith("strand: ");
  }

  /** What an offer says is checked by the transport alone. */
  @Test
  void anOfferThatTheTransportRefusesKeepsNoPlace() throws Exception {
    hear(1, new Content.OfLink(new Signal.Description(Signal.Kind.OFFER, "refused")));
    assertThat(pool.taken()).isZero();
    assertThat(answered).isEmpty();
  }

  @Test
  void afterTheSessionsEndNothingIsAnswered() throws Exception {
    hear(1, OFFER);
    strands.close("over");
    hear(3, OFFER);
    assertThat(answered).hasSize(1).allMatch(link -> link.closed);
  }

  /** Nobody counts on ours any more when the try is over that it was opened for. */
  @Test
  void oneOfOursThatOpensLateIsGivenUpSoonerThanOneOfTheirs() {
    Strand ours = new Strand(strands, 2, true, now);
    Strand theirs = new Strand(strands, 1, false, now);
    assertThat(Strands.endOf(ours, now + StrandPlan.OPENING_NANOS)).isNull();
    assertThat(Strands.endOf(ours, now + StrandPlan.OPENING_NANOS + 1))
        .isEqualTo("not open in time");
    assertThat(Strands.endOf(theirs, now + StrandPlan.OPENING_NANOS + 1)).isNull();
    assertThat(Strands.endOf(theirs, now + Duration.ofSeconds(11).toNanos()))
        .isEqualTo("not open in time");
  }

  private LinkListener listener(int index) {
    return answered.get(index).listener;
  }

  private void pass(Duration time) {
    now += time.toNanos();
    strands.pulse(now);
  }

  private void hear(int number, Content content) throws MalformedMessageException {
    strands.heard(new PeerMessage.Strand(number, SignallingCodec.encodeContent(content)));
  }

  private static PeerMessage declined(int number) {
    return new PeerMessage.Strand(
        number, SignallingCodec.encodeContent(new Content.Declined("not now")));
  }

  private final class FakeSession implements Strands.Session {
    @Override
    public long nanos() {
      return now;
    }

    @Override
    public boolean post(PeerMessage message) {
      return said.add(message);
    }

    @Override
    public void onFrame(ByteBuffer frame) {
      frames.add(frame);
    }

    @Override
    public long roundTripNanos() {
      return -1;
    }
  }

  private final class FakeTransport implements Transport {
    @Override
    public Link offer(LinkListener listener) {
      throw new IllegalStateException("nothing is sent here");
    }

    @Override
    public Link answer(Signal.Description offer, LinkListener listener) {
      if (offer.text().equals("refused")) {
        throw new IllegalArgumentException("no description");
      }
      FakeLink link = new FakeLink(listener);
      answered.add(link);
      return link;
    }

    @Override
    public void close() {}
  }

  /** Does what it is told. */
  private static final class FakeLink implements Link {
    private final LinkListener listener;
    private boolean closed;

    FakeLink(LinkListener listener) {
      this.listener = listener;
    }

    @Override
    public void signal(Signal fromRemote) {}

    @Override
    public void send(ByteBuffer frame) {}

    @Override
    public long queuedBytes() {
      return 0;
    }

    @Override
    public void count(LongConsumer told) {
      told.accept(0);
    }

    @Override
    public void close(String reason) {
      if (!closed) {
        closed = true;
        listener.onClosed(reason);
      }
    }
  }
}
