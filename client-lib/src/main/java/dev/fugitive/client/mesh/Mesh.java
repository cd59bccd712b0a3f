package dev.fugitive.client.mesh;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.signalling.ConnectionId;
import dev.fugitive.client.signalling.Presence;
import dev.fugitive.client.signalling.Rendezvous;
import dev.fugitive.client.transport.Link;
import dev.fugitive.client.transport.Signal;
import dev.fugitive.client.transport.Transport;
import dev.fugitive.client.wire.PeerCodec;
import dev.fugitive.client.wire.PeerMessage;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps links to peers open: runs {@link MeshCore}, and carries out what it decides.
 *
 * <p>One virtual thread, the loop, owns the core and all state that is not marked otherwise.
 * Everybody else leaves it a step ({@link Steps}). What it does not own itself: the links ({@link
 * LinkTable}), their signals ({@link Signalling}), the bans by the calendar ({@link DatedBans}),
 * and the threads ({@link MeshThreads}).
 */
public final class Mesh implements BanSink, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Mesh.class);

  private static final long PULSE_NANOS = Duration.ofSeconds(1).toNanos();

  private final MeshSettings settings;
  private final PeerId self;
  private final Transport transport;
  private final PeerHandler handler;
  private final MeshClock clock;
  private final Signalling signalling;
  private final MeshCore core;
  private final DatedBans bans;
  private final PeerCodec codec = new PeerCodec();
  private final RecentContexts contexts = new RecentContexts();
  private final AtomicBoolean contextsAwaited = new AtomicBoolean();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final Steps steps = new Steps();
  private final StrandPool strandPool;
  private final MeshThreads threads = new MeshThreads();
  private final LinkTable links = new LinkTable();

  private volatile PeerMessage.Hello hello;

  private long nextPulseNanos;

  private Mesh(
      MeshSettings settings,
      Identity identity,
      Transport transport,
      PeerHandler handler,
      MeshClock clock,
      RandomGenerator random) {
    this.settings = settings;
    this.hello = settings.hello();
    this.transport = transport;
    this.handler = handler;
    this.clock = clock;
    this.strandPool = new StrandPool(settings.maxStrands());
    this.self = identity.peerId();
    this.signalling = new Signalling(identity, clock.wall(), steps, links, this::decide);
    this.core = new MeshCore(identity.peerId(), settings, random, clock.nanos());
    Optional<BanKeeper> keeper = settings.banFile().map(file -> new BanKeeper(file, threads::fork));
    this.bans = new DatedBans(core, clock, keeper);
    this.nextPulseNanos = clock.nanos() + PULSE_NANOS;
  }

  /** Starts a mesh with the machine's clocks and its best random numbers. */
  public static Mesh start(
      MeshSettings settings,
      Identity identity,
      Transport transport,
      Rendezvous rendezvous,
      PeerHandler handler) {
    return start(
        settings, identity, transport, rendezvous, handler, MeshClock.SYSTEM, new SecureRandom());
  }

  /**
   * Starts a mesh.
   *
   * @param transport opens the links; stays the caller's, who closes it after the mesh
   * @param random names connections and breaks ties; of cryptographic quality outside of tests
   */
  public static Mesh start(
      MeshSettings settings,
      Identity identity,
      Transport transport,
      Rendezvous rendezvous,
      PeerHandler handler,
      MeshClock clock,
      RandomGenerator random) {
    Mesh mesh = new Mesh(settings, identity, transport, handler, clock, random);
    mesh.bans.restore();
    mesh.signalling.join(rendezvous, mesh.core.presence());
    mesh.threads.fork(mesh::loop);
    return mesh;
  }

  /** Tells whom we meet from now on whether we upload, and carries introductions only if so. */
  public void setSharing(boolean on) {
    PeerMessage.Hello before = hello;
    hello = new PeerMessage.Hello(before.version(), before.agent(), on);
  }

  /** The open sessions, one a peer. */
  public List<PeerSession> sessions() {
    return links.sessions();
  }

  /** The open session with a peer. */
  public Optional<PeerSession> session(PeerId peer) {
    return links.session(peer).map(PeerSession.class::cast);
  }

  /**
   * Links us to a peer of a peer, who carries the offer; nothing where there is no place for it.
   *
   * @return the session, where there is one already
   */
  public Optional<PeerSession> meet(PeerId peer, PeerSession through) {
    Optional<PeerSession> known = session(peer);
    if (known.isEmpty()) {
      steps.postFromOutside(() -> decide(new MeshEvent.Introduced(peer, through.peer())));
    }
    return known;
  }

  /** Something of this host was asked for: peers that fetch from it, too, are worth a link. */
  public void addContext(String host) {
    if (contexts.use(host)) {
      announceContexts();
    }
  }

  /**
   * Whoever names one of these contexts, too, is worth a link, whatever is asked for meanwhile;
   * what was pinned before is not any more.
   */
  public void pinContexts(Collection<String> names) {
    List<String> left = contexts.pinOnly(names);
    if (!left.isEmpty()) {
      LOG.warn("{}: nobody is sought for these, since too many are announced already", left);
    }
    announceContexts();
  }

  private void announceContexts() {
    if (contextsAwaited.compareAndSet(false, true)) {
      steps.post(() -> {
        contextsAwaited.set(false);
        decide(new MeshEvent.ContextsChanged(contexts.ids()));
      });
    }
  }

  @Override
  public void ban(PeerId peer, String reason) {
    LOG.warn("banned {}: {}", peer.shortName(), reason);
    steps.post(() -> {
      decide(new MeshEvent.Lied(peer, reason));
      bans.changed();
    });
  }

  /** Keeps a peer away because the user wants so, for this long at most. */
  public void keepAway(PeerId peer, String reason, Duration atMost) {
    steps.post(() -> {
      decide(new MeshEvent.KeptAway(peer, reason, atMost.toNanos()));
      bans.changed();
    });
  }

  /** Ends a peer's ban, and forgets what it did. */
  public void pardon(PeerId peer) {
    steps.post(() -> {
      decide(new MeshEvent.Pardoned(peer));
      bans.changed();
    });
  }

  /** What the mesh shows of itself at this moment. */
  public MeshStatus status() {
    return new MeshStatus(
        signalling.rendezvous(),
        settings.targetConnections(),
        settings.maxConnections(),
        links.status(),
        bans.shown(),
        signalling.refused());
  }

  /**
   * Leaves the rendezvous, says farewell to every peer, and waits for the sessions' threads: no
   * handler is called after this returns, unless one blocks for longer than a few seconds.
   */
  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    signalling.leave();
    links.closeAll("shutting down");
    steps.post(() -> {});
    threads.close();
    bans.write();
    links.closeAll("shutting down");
  }

  boolean threadsAreGone() {
    return threads.areGone();
  }

  private void loop() {
    try {
      while (!closing.get()) {
        long waitNanos = Math.min(core.nextWakeNanos(), nextPulseNanos) - clock.nanos();
        Runnable step = steps.take(waitNanos);
        Steps.run(step == null ? this::pulse : step);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      links.closeAll("shutting down");
    }
  }

  private void pulse() {
    long nowNanos = clock.nanos();
    if (nowNanos < nextPulseNanos) {
      decide(new MeshEvent.Tick());
      return;
    }
    nextPulseNanos = nowNanos + PULSE_NANOS;
    decide(new MeshEvent.Measured(links.check(nowNanos, settings.timing())));
    Set<ConnectionId> retiring = links.retire(transport.retiring());
    if (!retiring.isEmpty()) {
      decide(new MeshEvent.Retiring(retiring));
    }
    bans.show();
  }

  private void decide(MeshEvent event) {
    core.on(event, clock.nanos()).forEach(this::act);
  }

  private void act(MeshAction action) {
    switch (action) {
      case MeshAction.Offer(PeerId peer, ConnectionId connection) -> open(peer, connection, null);
      case MeshAction.OfferThrough(PeerId peer, ConnectionId connection, PeerId through) -> {
        signalling.setCarrier(connection, through);
        open(peer, connection, null);
      }
      case MeshAction.Answer(PeerId peer, ConnectionId connection, Signal.Description offer) ->
          open(peer, connection, offer);
      case MeshAction.Accept(var peer, ConnectionId connection, Signal.Description answer) ->
          links.find(connection).ifPresent(link -> link.signal(answer));
      case MeshAction.Decline(PeerId peer, ConnectionId connection, String reason) ->
          signalling.decline(peer, connection, reason);
      case MeshAction.Admit(var peer, ConnectionId connection) ->
          links
              .find(connection)
              .ifPresent(link -> {
                links.admit(link);
                link.admit();
              });
      case MeshAction.Close(var peer, ConnectionId connection, String reason) ->
          links.find(connection).ifPresent(link -> link.close(reason));
      case MeshAction.Announce(Presence presence) -> signalling.announce(presence);
    }
  }

  private void open(PeerId peer, ConnectionId connection, Signal.@Nullable Description offer) {
    PeerLink link =
        new PeerLink(new ForLinks(), peer, connection, settings.maxInboxBytes(), clock.now());
    links.add(link);
    try {
      link.attach(offer == null ? transport.offer(link) : transport.answer(offer, link));
    } catch (IllegalStateException | IllegalArgumentException e) {
      link.onClosed("no link: " + e.getMessage());
    }
  }

  private void forget(PeerLink link, String reason) {
    links.remove(link);
    signalling.forget(link.connection());
    decide(new MeshEvent.LinkClosed(link.peer(), link.connection(), reason));
  }

  /** Hands over what links say. */
  private final class ForLinks implements PeerLink.Owner {
    @Override
    public long nanos() {
      return clock.nanos();
    }

    @Override
    public PeerCodec codec() {
      return codec;
    }

    @Override
    public PeerMessage.Hello hello() {
      return hello;
    }

    @Override
    public PeerHandler handler() {
      return handler;
    }

    @Override
    public void localSignal(PeerLink link, Signal signal) {
      steps.post(() -> signalling.carry(link, signal));
    }

    /** Nothing is done for others where the user shares nothing. */
    @Override
    public void forward(PeerLink link, PeerMessage.Forward message) {
      if (!hello.sharing() || !signalling.forward(link.peer(), message)) {
        LOG.debug("not carried from {} to {}", link.peer().shortName(), message.to().shortName());
      }
    }

    @Override
    public void forwarded(PeerLink link, PeerMessage.Forwarded message) {
      signalling.forwarded(link.peer(), message);
    }

    @Override
    public void greeted(PeerLink link) {
      steps.post(() -> decide(new MeshEvent.Greeted(link.peer(), link.connection())));
    }

    @Override
    public void closed(PeerLink link, String reason) {
      steps.post(() -> forget(link, reason));
    }

    @Override
    public Strands strands(PeerLink link, Link own) {
      boolean even = self.compareTo(link.peer()) < 0;
      return new Strands(link, own, transport, strandPool, even);
    }

    @Override
    public void lied(PeerId peer, String reason) {
      ban(peer, reason);
    }

    @Override
    public boolean fork(Runnable blocking) {
      return threads.fork(blocking);
    }
  }
}
