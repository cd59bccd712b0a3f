package dev.fugitive.client.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A new link between two transports of one process, whose signals are carried from one end to the
 * other directly: for tests, benchmarks and simulations, which have no rendezvous.
 */
public final class Introduction {
  private final Transport answering;
  private final LinkListener answeringListener;
  private final Inbox offeringEnd = new Inbox();
  private final Inbox answeringEnd = new Inbox();

  private Introduction(Transport answering, LinkListener answeringListener) {
    this.answering = answering;
    this.answeringListener = answeringListener;
  }

  /** Starts a link from one transport to the other; each listener hears of its own end. */
  public static Introduction between(
      Transport offering, LinkListener first, Transport answering, LinkListener second) {
    var introduction = new Introduction(answering, second);
    Link offered = offering.offer(new Carried(first, introduction::fromOffering));
    introduction.offeringEnd.is(offered);
    return introduction;
  }

  /** The end that offered. */
  public Link offering() {
    return offeringEnd.require();
  }

  /** The end that answers; there is none before the offer has come. */
  public Link answering() {
    return answeringEnd.require();
  }

  private void fromOffering(Signal signal) {
    if (signal instanceof Signal.Description offer && offer.kind() == Signal.Kind.OFFER) {
      answeringEnd.is(answering.answer(offer, new Carried(answeringListener, offeringEnd::take)));
      return;
    }
    answeringEnd.take(signal);
  }

  /** Where signals for one end wait until that end exists. */
  private static final class Inbox {
    @GuardedBy("this")
    private final List<Signal> early = new ArrayList<>();

    @GuardedBy("this")
    private @Nullable Link link;

    synchronized void is(Link made) {
      link = made;
      early.forEach(made::signal);
      early.clear();
    }

    synchronized void take(Signal signal) {
      if (link == null) {
        early.add(signal);
      } else {
        link.signal(signal);
      }
    }

    synchronized Link require() {
      if (link == null) {
        throw new IllegalStateException("no offer has come yet");
      }
      return link;
    }
  }

  /** A listener whose signals go to the other end. */
  private record Carried(LinkListener listener, Consumer<Signal> toOther) implements LinkListener {
    @Override
    public void onSignal(Signal local) {
      listener.onSignal(local);
      toOther.accept(local);
    }

    @Override
    public void onOpen() {
      listener.onOpen();
    }

    @Override
    public void onFrame(ByteBuffer frame) {
      listener.onFrame(frame);
    }

    @Override
    public void onClosed(String reason) {
      listener.onClosed(reason);
    }
  }
}
