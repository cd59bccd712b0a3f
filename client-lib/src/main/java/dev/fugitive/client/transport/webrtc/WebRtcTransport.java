package dev.fugitive.client.transport.webrtc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.client.transport.Link;
import dev.fugitive.client.transport.LinkListener;
import dev.fugitive.client.transport.Signal;
import dev.fugitive.client.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Links over WebRTC data channels: one reliable, ordered channel a connection. */
public final class WebRtcTransport implements Transport {
  private static final Logger LOG = LoggerFactory.getLogger(WebRtcTransport.class);
  private static final long START_TIMEOUT_SECONDS = 30;
  private static final long CLOSE_TIMEOUT_SECONDS = 10;

  private final WebRtcSettings settings;

  /** Where the program exits with live links, native threads would call into a dying JVM. */
  private final Thread atExit = new Thread(this::closeAll, "fugitive-webrtc-exit");

  /** Those not disposed yet, oldest first; the last one takes new links. */
  @GuardedBy("this")
  private final List<Generation> generations = new ArrayList<>();

  @GuardedBy("this")
  private int generationsMade;

  @GuardedBy("this")
  private long linksMade;

  @GuardedBy("this")
  private boolean closed;

  private WebRtcTransport(WebRtcSettings settings) {
    this.settings = settings;
  }

  /**
   * Loads WebRTC and starts it.
   *
   * @throws WebRtcUnavailableException where this machine cannot run it; the message says why
   */
  public static WebRtcTransport open(WebRtcSettings settings) throws WebRtcUnavailableException {
    NativeLibrary.load();
    WebRtcTransport transport = new WebRtcTransport(settings);
    try {
      transport.firstGeneration().started().get(START_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      transport.closeAll();
      throw new WebRtcUnavailableException("WebRTC cannot be started: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      transport.closeAll();
      throw new WebRtcUnavailableException("interrupted while WebRTC started", e);
    }
    Runtime.getRuntime().addShutdownHook(transport.atExit);
    return transport;
  }

  @Override
  public Link offer(LinkListener listener) {
    return start(listener, link -> link.startOffer(nextName()));
  }

  @Override
  public Link answer(Signal.Description offer, LinkListener listener) {
    if (offer.kind() != Signal.Kind.OFFER) {
      throw new IllegalArgumentException("description: " + offer.kind() + " (expected: OFFER)");
    }
    return start(listener, link -> link.startAnswer(nextName(), offer));
  }

  @Override
  public synchronized List<Link> retiring() {
    List<Link> worn = new ArrayList<>();
    for (Generation generation : generations) {
      if (generation.worn()) {
        generation.links().stream().filter(WebRtcLink::isOpen).forEach(worn::add);
      }
    }
    return worn;
  }

  /** Factories that exist at this moment, those included that wait for their links to close. */
  public synchronized int liveGenerations() {
    generations.removeIf(generation -> generation.disposed().isDone());
    return generations.size();
  }

  /** Links that carry messages at this moment. */
  public synchronized long openLinks() {
    return generations.stream()
        .flatMap(generation -> generation.links().stream())
        .filter(WebRtcLink::isOpen)
        .count();
  }

  @Override
  public void close() {
    closeAll();
    try {
      var unused = Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      LOG.debug("closed while the program exits");
    }
  }

  private WebRtcLink start(LinkListener listener, Consumer<WebRtcLink> start) {
    WebRtcLink link;
    synchronized (this) {
      Generation generation = current();
      link = new WebRtcLink(generation, settings, listener, System::nanoTime);
      generation.add(link);
    }
    start.accept(link);
    return link;
  }

  private synchronized String nextName() {
    return "fugitive-link-" + linksMade++;
  }

  private synchronized Generation firstGeneration() {
    return current();
  }

  @GuardedBy("this")
  private Generation current() {
    if (closed) {
      throw new IllegalStateException("transport is closed");
    }
    generations.removeIf(generation -> generation.disposed().isDone());
    if (!generations.isEmpty() && !generations.getLast().worn()) {
      return generations.getLast();
    }
    generations.forEach(Generation::retire);
    Generation made = new Generation(generationsMade++, settings);
    generations.add(made);
    return made;
  }

  private void closeAll() {
    List<Generation> ending;
    synchronized (this) {
      closed = true;
      ending = List.copyOf(generations);
    }
    for (Generation generation : ending) {
      generation.links().forEach(link -> link.close("transport closed"));
      generation.retire();
    }
    ending.forEach(WebRtcTransport::awaitDisposal);
  }

  private static void awaitDisposal(Generation generation) {
    try {
      generation.disposed().get(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("WebRTC factory was not disposed in {} s", CLOSE_TIMEOUT_SECONDS, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LOG.warn("interrupted while a WebRTC factory was disposed", e);
    }
  }
}
