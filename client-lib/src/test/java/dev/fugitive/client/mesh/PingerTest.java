package dev.fugitive.client.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Whoever wants to know whether a peer is there hears of it when the peer says anything. */
class PingerTest {
  private final List<PeerMessage> sent = new ArrayList<>();
  private final Queue<Runnable> forked = new ArrayDeque<>();
  private final AtomicInteger answers = new AtomicInteger();
  private final Pinger pinger = new Pinger(new Recording(), () -> 0, forked::add);
  private Runnable onSend = () -> {};

  @Test
  void theFirstWordAnswersAllWhoAsked() {
    pinger.probe(answers::incrementAndGet);
    pinger.probe(answers::incrementAndGet);
    assertThat(answers).hasValue(0);

    pinger.heard();
    pinger.heard();

    assertThat(answers).hasValue(2);
  }

  @Test
  void severalAskWithOneQuestion() {
    pinger.probe(answers::incrementAndGet);
    pinger.probe(answers::incrementAndGet);
    forked.forEach(Runnable::run);
    assertThat(sent).containsExactly(new PeerMessage.Ping(1));
    forked.clear();
    pinger.probe(answers::incrementAndGet);
    assertThat(forked).as("an answer is due").isEmpty();

    pinger.heard();
    pinger.heardPong(1);
    pinger.probe(answers::incrementAndGet);
    forked.forEach(Runnable::run);
    assertThat(sent).containsExactly(new PeerMessage.Ping(1), new PeerMessage.Ping(2));
  }

  /** The pong may be here before the thread that sent the ping goes on. */
  @Test
  void whoAsksWhileAnAnsweredPingIsStillOnItsWayOutIsAnsweredToo() {
    onSend =
        () -> {
          onSend = () -> {};
          pinger.heard();
          pinger.heardPong(1);
          pinger.probe(answers::incrementAndGet);
        };
    pinger.probe(answers::incrementAndGet);
    forked.remove().run();
    assertThat(answers).hasValue(1);

    forked.remove().run();
    assertThat(sent).containsExactly(new PeerMessage.Ping(1), new PeerMessage.Ping(2));
  }

  @Test
  void noMoreWaitThanThereIsRoomFor() {
    for (int i = 0; i < Pinger.MAX_ASKING; i++) {
      pinger.probe(answers::incrementAndGet);
    }
    assertThat(answers).hasValue(0);
    pinger.probe(answers::incrementAndGet);
    assertThat(answers).hasValue(1);
  }

  private final class Recording implements PeerSession {
    private static final PeerId PEER = Identity.generate().peerId();

    @Override
    public PeerId peer() {
      return PEER;
    }

    @Override
    public void send(PeerMessage message) {
      sent.add(message);
      onSend.run();
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public long roundTripNanos() {
      return -1;
    }

    @Override
    public void probe(Runnable answered) {
      throw new AssertionError("probes (expected: the pinger is asked)");
    }

    @Override
    public void close(String reason) {
      throw new AssertionError(reason);
    }
  }
}
