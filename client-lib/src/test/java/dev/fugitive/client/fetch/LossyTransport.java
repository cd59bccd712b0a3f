package dev.fugitive.client.fetch;

import dev.fugitive.client.transport.Link;
import dev.fugitive.client.transport.LinkListener;
import dev.fugitive.client.transport.Signal;
import dev.fugitive.client.transport.Transport;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** WebRTC whose packets pass through a {@link LossyRelay}. */
final class LossyTransport implements Transport {
  /** In a candidate (RFC 8839): foundation, component, transport, priority, address, port. */
  private static final int ADDRESS = 4;

  private static final int PORT = 5;

  final List<Ear> links = new CopyOnWriteArrayList<>();
  private final Transport delegate;
  private final LossyRelay relay;

  LossyTransport(Transport delegate, LossyRelay relay) {
    this.delegate = delegate;
    this.relay = relay;
  }

  @Override
  public Link offer(LinkListener listener) {
    Ear ear = new Ear(listener);
    return ear.of(delegate.offer(ear));
  }

  @Override
  public Link answer(Signal.Description offer, LinkListener listener) {
    Ear ear = new Ear(listener);
    return ear.of(delegate.answer(offer, ear));
  }

  List<Ear> open() {
    return links.stream().filter(ear -> ear.isOpen).toList();
  }

  /** A link beside the first, over which something has come. */
  Optional<Ear> busyStrand() {
    return links.stream().skip(1).filter(ear -> ear.isOpen && ear.hasHeard).findFirst();
  }

  @Override
  public void close() {
    delegate.close();
  }

  private Signal throughRelay(Signal local) {
    if (!(local instanceof Signal.Candidate candidate)) {
      return local;
    }
    String[] words = candidate.text().split(" ", -1);
    try {
      InetAddress host = InetAddress.getByName(words[ADDRESS]);
      words[PORT] = String.valueOf(relay.before(host, Integer.parseInt(words[PORT])));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("candidate: " + candidate.text(), e);
    }
    return new Signal.Candidate(candidate.mid(), candidate.lineIndex(), String.join(" ", words));
  }

  /** Hears what happens to one link. */
  final class Ear implements LinkListener {
    private final LinkListener listener;
    private volatile @Nullable Link link;
    private volatile boolean isOpen;
    private volatile boolean hasHeard;

    Ear(LinkListener listener) {
      this.listener = listener;
    }

    private Link of(Link made) {
      link = made;
      links.add(this);
      return made;
    }

    Link link() {
      return Objects.requireNonNull(link);
    }

    @Override
    public void onSignal(Signal local) {
      boolean isTcp =
          local instanceof Signal.Candidate candidate && candidate.text().contains(" tcp ");
      if (!isTcp) {
        listener.onSignal(throughRelay(local));
      }
    }

    @Override
    public void onOpen() {
      isOpen = true;
      listener.onOpen();
    }

    @Override
    public void onFrame(ByteBuffer frame) {
      hasHeard = true;
      listener.onFrame(frame);
    }

    @Override
    public void onClosed(String reason) {
      isOpen = false;
      listener.onClosed(reason);
    }
  }
}
