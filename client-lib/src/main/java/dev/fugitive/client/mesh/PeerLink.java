package dev.fugitive.client.mesh;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.signalling.ConnectionId;
import dev.fugitive.client.transport.Link;
import dev.fugitive.client.transport.LinkListener;
import dev.fugitive.client.transport.Signal;
import dev.fugitive.client.wire.FrameLog;
import dev.fugitive.client.wire.MalformedMessageException;
import dev.fugitive.client.wire.PeerCodec;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.WireLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One link from its offer to its end; a {@link PeerSession} once both have said Hello and the mesh
 * has admitted it.
 *
 * <p>The transport's threads call the {@link LinkListener} methods, which hand over. The session's
 * own virtual thread runs the {@link Conversation}, which reads the inbox. The mesh's loop calls
 * {@link #attach}, {@link #signal}, {@link #admit} and {@link #pulse}. Anybody may send and close.
 */
final class PeerLink implements PeerSession, Strands.Session, LinkListener {
  private final Owner owner;
  private final PeerId peer;
  private final ConnectionId connection;
  private final Inbox inbox;
  private final Instant since;
  private final PeerCodec codec;
  private final Lifecycle life = new Lifecycle();
  private final LongAdder bytesIn = new LongAdder();
  private final LongAdder bytesOut = new LongAdder();
  private final LongAdder payloadBytes = new LongAdder();
  private final Outbox outbox;
  private final Pinger pinger;

  private volatile @Nullable Link link;
  private volatile @Nullable Strands strands;

  /** The mesh's loop alone. */
  private int localSignals;

  PeerLink(Owner owner, PeerId peer, ConnectionId connection, int maxInboxBytes, Instant since) {
    this.owner = owner;
    this.peer = peer;
    this.connection = connection;
    this.inbox = new Inbox(maxInboxBytes);
    this.since = since;
    this.codec = owner.codec();
    this.outbox = new Outbox(this, owner::fork);
    this.pinger = new Pinger(this, owner::nanos, owner::fork);
  }

  /** What a link needs of its mesh; nothing of it blocks. */
  interface Owner {
    long nanos();

    PeerCodec codec();

    PeerMessage.Hello hello();

    PeerHandler handler();

    void localSignal(PeerLink link, Signal signal);

    /** The peer has a signal for a peer of ours. */
    void forward(PeerLink link, PeerMessage.Forward message);

    /** The peer has a signal of one of its peers for us. */
    void forwarded(PeerLink link, PeerMessage.Forwarded message);

    void greeted(PeerLink link);

    void closed(PeerLink link, String reason);

    void lied(PeerId peer, String reason);

    Strands strands(PeerLink link, Link own);

    /** Runs something that may block, on a virtual thread; false where the mesh is closed. */
    boolean fork(Runnable blocking);
  }

  /** Gives the transport's end, as soon as there is one. */
  void attach(Link transportLink) {
    strands = owner.strands(this, transportLink);
    link = transportLink;
    if (life.endReason() != null) {
      transportLink.close("closed");
    }
  }

  void signal(Signal fromRemote) {
    Link current = link;
    if (current != null) {
      current.signal(fromRemote);
    }
  }

  /** One more signal goes out; returns how many that makes. */
  int countLocalSignal() {
    return ++localSignals;
  }

  /** The mesh has a place for this session. */
  void admit() {
    life.admit();
  }

  /** Waits until the mesh has admitted this session; false where the link ends before. */
  boolean awaitAdmission() throws InterruptedException, ExecutionException {
    return life.awaitAdmission();
  }

  void heardPong(long nonce) {
    pinger.heardPong(nonce);
  }

  void heardStrand(PeerMessage.Strand message) throws MalformedMessageException {
    Strands all = strands;
    if (all != null) {
      all.heard(message);
    }
  }

  /** A message came that is for the handler. */
  void heardPayload(PeerMessage message, int frameBytes) {
    payloadBytes.add(frameBytes);
    Strands all = strands;
    if (all != null && message instanceof PeerMessage.Supports supports) {
      all.noteSupport(supports.has(PeerMessage.Supports.STRANDS));
    } else if (all != null && message instanceof PeerMessage.Chunks) {
      all.receivedBulk(frameBytes);
    }
  }

  @Override
  public void send(PeerMessage message) throws IOException {
    String closed = life.endReason();
    Link current = link;
    if (closed != null || current == null) {
      throw new IOException("session with " + peer.shortName() + " is closed: " + closed);
    }
    ByteBuffer frame = codec.encode(message);
    int frameBytes = frame.remaining();
    Strands all = strands;
    if (all != null && message instanceof PeerMessage.Chunks chunks && mayOvertake(chunks)) {
      all.send(frame);
    } else {
      current.send(frame);
    }
    FrameLog.sent(peer, frameBytes, message);
    bytesOut.add(frameBytes);
    if (!(message instanceof PeerMessage.Ping || message instanceof PeerMessage.Pong)) {
      payloadBytes.add(frameBytes);
    }
  }

  /** Contents that are sent together with their voucher are not longer than that. */
  private static boolean mayOvertake(PeerMessage.Chunks chunks) {
    return chunks.firstChunk() >= WireLimits.MAX_SENT_CHUNKS;
  }

  /** Sends a message soon, after those that were given before; false where it cannot be. */
  @Override
  public boolean post(PeerMessage message) {
    return isOpen() && outbox.offer(message);
  }

  /** Time passed. Called by the mesh's loop now and then, while the session is open. */
  void pulse(long nowNanos, MeshSettings.Timing timing) {
    Strands all = strands;
    if (all != null) {
      all.pulse(nowNanos);
    }
    pinger.check(nowNanos, timing);
  }

  @Override
  public void close(String reason) {
    Link current = end(reason);
    if (current == null) {
      return;
    }
    boolean open = life.isLinkOpen();
    if (!open || !owner.fork(new Farewell(peer, current, life, codec, reason))) {
      current.close(reason);
    }
  }

  /** The peer said farewell: it is not answered. */
  void hungUp(String reason) {
    Link current = end(reason);
    if (current != null) {
      current.close(reason);
    }
  }

  /** Returns the link that is to be closed, where this is what ends the session. */
  private @Nullable Link end(String reason) {
    if (!life.end(reason)) {
      return null;
    }
    inbox.abandon();
    closeStrands(reason);
    return link;
  }

  private void closeStrands(String reason) {
    Strands all = strands;
    if (all != null) {
      all.close(reason);
    }
  }

  @Override
  public void onSignal(Signal local) {
    owner.localSignal(this, local);
  }

  @Override
  public void onOpen() {
    pinger.heard();
    life.linkOpened();
    if (!owner.fork(new Conversation(this, owner, inbox))) {
      close("shutting down");
    }
  }

  @Override
  public void onFrame(ByteBuffer frame) {
    pinger.heard();
    bytesIn.add(frame.remaining());
    if (!inbox.add(frame)) {
      close("more was sent than can be handled");
    }
  }

  @Override
  public void onClosed(String reason) {
    life.linkClosed(reason);
    closeStrands(reason);
    inbox.end();
    owner.closed(this, reason());
  }

  /** What ended the session. */
  String reason() {
    return life.reason();
  }

  @Override
  public PeerId peer() {
    return peer;
  }

  @Override
  public Optional<InetAddress> remoteAddress() {
    Link current = link;
    return current == null ? Optional.empty() : current.remoteAddress();
  }

  ConnectionId connection() {
    return connection;
  }

  @Override
  public boolean isOpen() {
    return life.isOpen();
  }

  boolean isOver(Link candidate) {
    return link == candidate;
  }

  @Override
  public int strands() {
    Strands all = strands;
    return all == null ? 1 : all.count();
  }

  @Override
  public int bulkChunks() {
    Strands all = strands;
    return all != null && all.areNarrow() ? 1 : WireLimits.MAX_FRAME_CHUNKS;
  }

  @Override
  public long nanos() {
    return owner.nanos();
  }

  @Override
  public long roundTripNanos() {
    return pinger.roundTripNanos();
  }

  @Override
  public void probe(Runnable answered) {
    pinger.probe(answered);
  }

  /** A link that the transport wants to free may be one of our strands. */
  void retireStrand(Link worn) {
    Strands all = strands;
    if (all != null) {
      all.retire(worn);
    }
  }

  MeshEvent.Vitals vitals() {
    return new MeshEvent.Vitals(connection, pinger.roundTripNanos(), payloadBytes.sum());
  }

  MeshStatus.Peer status(MeshStatus.State state) {
    return new MeshStatus.Peer(
        peer, state, pinger.roundTripNanos(), bytesIn.sum(), bytesOut.sum(), since);
  }
}
