package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.client.mesh.Mesh;
import dev.fugitive.client.mesh.MeshSettings;
import dev.fugitive.client.mesh.PeerHandler;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.routing.HoldingItem;
import dev.fugitive.client.routing.HoldingsSource;
import dev.fugitive.client.routing.ResourceAnswers;
import dev.fugitive.client.routing.Routing;
import dev.fugitive.client.signalling.Rendezvous;
import dev.fugitive.client.transport.HostRates;
import dev.fugitive.client.transport.Link;
import dev.fugitive.client.transport.LinkListener;
import dev.fugitive.client.transport.MemoryNetwork;
import dev.fugitive.client.transport.Signal;
import dev.fugitive.client.transport.Transport;
import dev.fugitive.client.wire.PeerMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import okio.ByteString;

/**
 * A peer with an identity, a mesh and a filter of its own, which joins the rendezvous like any
 * other and answers with the frames of its conduct, whatever those are.
 */
final class LyingPeer implements AutoCloseable {
  /** What a peer answers, frame by frame; frames need not be messages. */
  interface Conduct {
    List<ByteBuffer> answer(PeerMessage heard);
  }

  private final Identity identity = Identity.generate();
  private final OpenLinks transport;
  private final Routing routing;
  private final Mesh mesh;
  private final List<PeerMessage> heard = new CopyOnWriteArrayList<>();
  private final AtomicInteger sessionsClosed = new AtomicInteger();

  /**
   * @param claimed what its filter says that it has
   */
  LyingPeer(
      MemoryNetwork network,
      Rendezvous rendezvous,
      Collection<HoldingItem> claimed,
      Conduct conduct) {
    this.transport = new OpenLinks(network.join(HostRates.UNLIMITED));
    this.routing =
        new Routing(
            new Claims(claimed),
            new NoAnswers(),
            ByteString.encodeUtf8("0123456789abcdef"),
            true,
            System::nanoTime);
    PeerMessage.Hello hello = new PeerMessage.Hello(1, "liar/1", true);
    this.mesh =
        Mesh.start(MeshSettings.of(hello), identity, transport, rendezvous, new Handler(conduct));
    mesh.addContext("*");
  }

  PeerId id() {
    return identity.peerId();
  }

  /** What it was asked. */
  List<PeerMessage> heard() {
    return List.copyOf(heard);
  }

  /** Sessions with it that were closed so far. */
  int sessionsClosed() {
    return sessionsClosed.get();
  }

  /** Says something unasked, to all. */
  void say(List<ByteBuffer> frames) {
    transport.send(frames);
  }

  @Override
  public void close() {
    mesh.close();
    routing.close();
    transport.close();
  }

  private final class Handler implements PeerHandler {
    private final Conduct conduct;

    Handler(Conduct conduct) {
      this.conduct = conduct;
    }

    @Override
    public void onOpened(PeerSession session, PeerMessage.Hello hello) {
      routing.onOpened(session, hello);
    }

    @Override
    public void onMessage(PeerSession session, PeerMessage message) {
      switch (message) {
        case PeerMessage.Holdings ignored -> {}
        case PeerMessage.HoldingsDelta ignored -> {}
        case PeerMessage.Supports ignored -> {}
        case PeerMessage.Nearby ignored -> {}
        case PeerMessage.NearbyDelta ignored -> {}
        case PeerMessage.NearbyGone ignored -> {}
        default -> {
          heard.add(message);
          transport.send(conduct.answer(message));
        }
      }
    }

    @Override
    public void onClosed(PeerSession session, String reason) {
      routing.onClosed(session, reason);
      sessionsClosed.incrementAndGet();
    }
  }

  /** A filter's items, true or not. */
  private record Claims(Collection<HoldingItem> items) implements HoldingsSource {
    @Override
    public void listen(Listener listener) {
      // they never change
    }
  }

  /** Questions are answered by the conduct. */
  private record NoAnswers() implements ResourceAnswers {
    @Override
    public Optional<CompletableFuture<Void>> arrivalOf(ResourceKey resource) {
      return Optional.empty();
    }

    @Override
    public List<Vouched> vouchersFor(ResourceKey resource) {
      return List.of();
    }

    @Override
    public List<ContentId> contentsWith(Digest digest) {
      return List.of();
    }

    @Override
    public Optional<ContentId> contentOf(ByteString voucher) {
      return Optional.empty();
    }
  }

  /** Gives a way past the codec: any frame on any link. */
  private static final class OpenLinks implements Transport {
    private final Transport links;
    private final List<Link> made = new CopyOnWriteArrayList<>();

    OpenLinks(Transport links) {
      this.links = links;
    }

    void send(List<ByteBuffer> frames) {
      for (Link link : new ArrayList<>(made)) {
        try {
          for (ByteBuffer frame : frames) {
            link.send(frame.duplicate());
          }
        } catch (IOException closed) {
          made.remove(link);
        }
      }
    }

    @Override
    public Link offer(LinkListener listener) {
      Link link = links.offer(listener);
      made.add(link);
      return link;
    }

    @Override
    public Link answer(Signal.Description offer, LinkListener listener) {
      Link link = links.answer(offer, listener);
      made.add(link);
      return link;
    }

    @Override
    public void close() {
      links.close();
    }
  }
}
