package dev.fugitive.client.mesh;

import dev.fugitive.client.transport.Link;
import dev.fugitive.client.transport.LinkListener;
import dev.fugitive.client.transport.Signal;
import dev.fugitive.client.transport.Transport;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A transport whose links the test can get hold of, and declare worn. */
final class Tapped implements Transport {
  final List<Tap> taps = new CopyOnWriteArrayList<>();
  final List<Link> retiring = new CopyOnWriteArrayList<>();
  private final Transport delegate;

  Tapped(Transport delegate) {
    this.delegate = delegate;
  }

  @Override
  public Link offer(LinkListener listener) {
    Tap tap = new Tap(listener);
    return tap.of(delegate.offer(tap));
  }

  @Override
  public Link answer(Signal.Description offer, LinkListener listener) {
    Tap tap = new Tap(listener);
    return tap.of(delegate.answer(offer, tap));
  }

  /** The link that carries messages: where both sides offered, one of two never opens. */
  Link open() {
    return taps.stream().filter(tap -> tap.isOpen).findFirst().orElseThrow().link();
  }

  /** All links that have ever been open, the first one first. */
  List<Tap> opened() {
    return taps.stream().filter(tap -> tap.wasOpened).toList();
  }

  @Override
  public List<Link> retiring() {
    return List.copyOf(retiring);
  }

  @Override
  public void close() {
    delegate.close();
  }

  /** One link, whether it opened, and how much came over it. */
  final class Tap implements LinkListener {
    final AtomicInteger frames = new AtomicInteger();
    volatile boolean isOpen;
    private final LinkListener listener;
    private volatile @Nullable Link link;
    private volatile boolean wasOpened;

    Tap(LinkListener listener) {
      this.listener = listener;
    }

    private Link of(Link tapped) {
      link = tapped;
      taps.add(this);
      return tapped;
    }

    Link link() {
      return Objects.requireNonNull(link);
    }

    @Override
    public void onSignal(Signal local) {
      listener.onSignal(local);
    }

    @Override
    public void onOpen() {
      isOpen = true;
      wasOpened = true;
      listener.onOpen();
    }

    @Override
    public void onFrame(ByteBuffer frame) {
      frames.incrementAndGet();
      listener.onFrame(frame);
    }

    @Override
    public void onClosed(String reason) {
      isOpen = false;
      listener.onClosed(reason);
    }
  }
}
