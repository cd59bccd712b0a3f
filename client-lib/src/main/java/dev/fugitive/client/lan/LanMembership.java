package dev.fugitive.client.lan;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.peer.PeerInfo;
import dev.fugitive.client.signalling.LanMessage;
import dev.fugitive.client.signalling.Presence;
import dev.fugitive.client.signalling.Rendezvous;
import dev.fugitive.client.signalling.RendezvousListener;
import dev.fugitive.client.signalling.RendezvousStatus;
import dev.fugitive.client.signalling.RendezvousStatus.State;
import dev.fugitive.client.signalling.SignedSignal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's place on the networks that it is in: a station at each of its addresses, a connection to
 * each node that was found there.
 *
 * <p>One virtual thread, {@link #run}, owns what is not marked otherwise. Discovery and connections
 * leave it steps; signals that are heard go to the listener from the connection's own thread.
 */
final class LanMembership implements Rendezvous.Membership, Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(LanMembership.class);

  /** Connections at once, those included that have not said who they are. */
  private static final int MAX_CONNECTIONS = 2 * Neighbours.MAX_KNOWN;

  private static final int MAX_FROM_ONE_ADDRESS = 8;

  /** Steps that may wait before those of the discovery are dropped, to come again. */
  private static final int MAX_WAITING_FOR_DISCOVERY = 1024;

  private static final int DIAL_MILLIS = 3_000;
  private static final long REVIEW_NANOS = Duration.ofSeconds(30).toNanos();

  private final AddressSource addresses;
  private final Discovery discovery;
  private final Identity identity;
  private final RendezvousListener listener;
  private final String tag;
  private final Neighbours neighbours;
  private final Map<LanAddress, LanStation> stations = new HashMap<>();
  private final Set<LanAddress> announced = new HashSet<>();

  /** Why a station is not announced; said in the log when it changes. */
  private final Map<LanAddress, String> troubles = new HashMap<>();

  private final LinkedBlockingQueue<Runnable> steps = new LinkedBlockingQueue<>();

  /** Written by the loop, read by anybody. */
  private final Map<PeerId, LanConnection> connections = new ConcurrentHashMap<>();

  /** All that are open, whoever the other side is. */
  private final Set<LanConnection> open = ConcurrentHashMap.newKeySet();

  private final AtomicInteger openCount = new AtomicInteger();
  private volatile int freeSlots;
  private volatile boolean closed;
  private volatile RendezvousStatus status =
      new RendezvousStatus(State.CONNECTING, "local network: starting");

  LanMembership(
      AddressSource addresses,
      Discovery discovery,
      RandomGenerator random,
      Identity identity,
      Presence presence,
      RendezvousListener listener) {
    this.addresses = addresses;
    this.discovery = discovery;
    this.identity = identity;
    this.listener = listener;
    this.freeSlots = presence.freeSlots();
    this.tag = Announcement.randomTag(random);
    this.neighbours = new Neighbours(tag, random);
  }

  /** Tells this machine's addresses, which may change. */
  interface AddressSource {
    List<LanAddress> now() throws SocketException;
  }

  @Override
  public void run() {
    long reviewNanos = System.nanoTime();
    try {
      while (!closed) {
        long nowNanos = System.nanoTime();
        if (reviewNanos - nowNanos <= 0) {
          review();
          reviewNanos = nowNanos + REVIEW_NANOS;
        }
        neighbours.due(nowNanos).forEach(this::call);
        long waitNanos = Math.min(reviewNanos - nowNanos, neighbours.waitNanos(nowNanos));
        take(steps.poll(waitNanos, TimeUnit.NANOSECONDS));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end();
    }
  }

  private static void take(@Nullable Runnable step) {
    if (step != null) {
      step.run();
    }
  }

  private void end() {
    stations.values().forEach(LanStation::close);
    open.forEach(LanConnection::close);
    status = new RendezvousStatus(State.CLOSED, "local network: closed");
  }

  private void post(Runnable step) {
    steps.add(step);
  }

  private void postFromDiscovery(Runnable step) {
    if (steps.size() < MAX_WAITING_FOR_DISCOVERY) {
      post(step);
    }
  }

  private void review() {
    Set<LanAddress> current = new HashSet<>(currentAddresses());
    for (LanAddress gone : Set.copyOf(stations.keySet())) {
      if (!current.contains(gone)) {
        leave(gone);
      }
    }
    for (LanAddress address : current) {
      if (!stations.containsKey(address) || troubles.containsKey(address)) {
        open(address);
      }
    }
    publishStatus();
  }

  private void leave(LanAddress gone) {
    LanStation station = stations.remove(gone);
    if (station != null) {
      station.close();
    }
    troubles.remove(gone);
    if (announced.remove(gone) && announced.isEmpty()) {
      listener.onLost("no local network");
    }
  }

  private List<LanAddress> currentAddresses() {
    try {
      return addresses.now();
    } catch (SocketException e) {
      LOG.debug("the system does not tell its addresses: {}", e.getMessage());
      return List.of();
    }
  }

  private void open(LanAddress address) {
    LanStation before = stations.remove(address);
    if (before != null) {
      before.close();
    }
    try {
      LanStation station =
          LanStation.open(
              address, tag, discovery, new Found(address), new Announcing(address), this::called);
      stations.put(address, station);
    } catch (IOException e) {
      trouble(address, String.valueOf(e.getMessage()));
    }
  }

  private void trouble(LanAddress address, String why) {
    if (!why.equals(troubles.put(address, why))) {
      LOG.info("nobody finds this node at {}: {}", address, why);
    }
    publishStatus();
  }

  private void called(Socket socket) {
    InetAddress caller = socket.getInetAddress();
    if (open.stream().filter(one -> caller.equals(one.remote())).count() < MAX_FROM_ONE_ADDRESS) {
      converse(socket, null);
    } else {
      closeQuietly(socket);
    }
  }

  private void call(Neighbours.Call call) {
    Thread.ofVirtual().name("lan-call").start(() -> dial(call));
  }

  private void dial(Neighbours.Call call) {
    Socket socket = new Socket();
    try {
      socket.connect(call.address(), DIAL_MILLIS);
    } catch (IOException e) {
      LOG.debug("no answer at {}: {}", call.address(), e.getMessage());
      closeQuietly(socket);
      failed(call.tag());
      return;
    }
    converse(socket, call.tag());
  }

  private void failed(@Nullable String calledTag) {
    if (calledTag != null) {
      post(() -> neighbours.failed(calledTag, System.nanoTime()));
    }
  }

  /**
   * @param calledTag whom we called; null where we were called
   */
  private void converse(Socket socket, @Nullable String calledTag) {
    if (openCount.incrementAndGet() > MAX_CONNECTIONS || closed) {
      openCount.decrementAndGet();
      closeQuietly(socket);
      failed(calledTag);
      return;
    }
    LanConnection connection =
        new LanConnection(socket, identity, calledTag != null, new Conversation(calledTag));
    open.add(connection);
    Thread.ofVirtual().name("lan-reader").start(connection);
    if (closed) {
      connection.close();
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("a socket did not close: {}", e.getMessage());
    }
  }

  private void established(LanConnection connection, @Nullable String calledTag) {
    PeerId peer = connection.peer();
    if (calledTag != null) {
      neighbours.answered(calledTag, peer);
    }
    LanConnection before = connections.get(peer);
    if (peer.equals(identity.peerId()) || (before != null && before.goesBefore(connection))) {
      connection.finish();
      return;
    }
    connections.put(peer, connection);
    if (before != null) {
      before.finish();
    }
    publishPeers();
    publishStatus();
  }

  private void ended(LanConnection connection, @Nullable String calledTag, boolean known) {
    if (!known) {
      failed(calledTag);
    }
    if (known && connections.remove(connection.peer(), connection)) {
      neighbours.gone(connection.peer(), System.nanoTime());
      listener.onPeerGone(connection.peer());
      publishStatus();
    }
  }

  private void publishPeers() {
    List<PeerInfo> peers = new ArrayList<>();
    connections.forEach((peer, connection) ->
        peers.add(new PeerInfo(peer, 1, PeerInfo.Nearness.LOCAL, connection.freeSlots())));
    listener.onPeers(peers);
  }

  private void publishStatus() {
    if (!announced.isEmpty()) {
      String where = announced.stream().map(Object::toString).collect(Collectors.joining(", "));
      String detail = "local network: " + connections.size() + " nodes at " + where;
      status = new RendezvousStatus(State.JOINED, detail);
    } else if (!troubles.isEmpty()) {
      status =
          new RendezvousStatus(
              State.WAITING,
              "local network: nobody finds this node: " + String.join(", ", troubles.values()));
    } else if (stations.isEmpty()) {
      status =
          new RendezvousStatus(
              State.WAITING, "local network: no interface with a private address multicasts");
    }
  }

  /** Any thread. */
  @Override
  public void update(Presence presence) {
    freeSlots = presence.freeSlots();
    LanMessage.Slots slots = new LanMessage.Slots(freeSlots);
    connections.values().forEach(connection -> connection.send(slots));
    post(this::publishPeers);
  }

  /** Any thread. */
  @Override
  public boolean relay(PeerId to, SignedSignal signal) {
    LanConnection connection = connections.get(to);
    return connection != null && connection.send(new LanMessage.Carried(signal));
  }

  @Override
  public RendezvousStatus status() {
    return status;
  }

  @Override
  public void close() {
    closed = true;
    post(() -> {});
    open.forEach(LanConnection::close);
  }

  /** Hears of others at one address. */
  private final class Found implements Discovery.Listener {
    private final LanAddress at;

    Found(LanAddress at) {
      this.at = at;
    }

    /** Only who is on the same network is called: nobody has us call elsewhere. */
    @Override
    public void found(Announcement announcement, List<InetAddress> found) {
      for (InetAddress address : found) {
        if (at.isOnLink(address)) {
          postFromDiscovery(() -> found(announcement, address));
          return;
        }
      }
    }

    private void found(Announcement announcement, InetAddress address) {
      try {
        InetSocketAddress target =
            new InetSocketAddress(at.reachable(address), announcement.port());
        neighbours.found(announcement.tag(), target, System.nanoTime());
      } catch (IOException e) {
        LOG.debug("{} is not reachable: {}", address, e.getMessage());
      }
    }

    @Override
    public void lost(String gone) {
      postFromDiscovery(() -> neighbours.lost(gone));
    }
  }

  /** Hears how it goes with one address. */
  private final class Announcing implements LanStation.Progress {
    private final LanAddress address;

    Announcing(LanAddress address) {
      this.address = address;
    }

    @Override
    public void announced() {
      post(() -> {
        troubles.remove(address);
        announced.add(address);
        publishStatus();
        listener.onJoined();
      });
    }

    @Override
    public void failed(IOException why) {
      post(() -> {
        announced.remove(address);
        trouble(address, String.valueOf(why.getMessage()));
      });
    }
  }

  /** Hears one connection. */
  private final class Conversation implements LanConnection.Owner {
    private final @Nullable String calledTag;

    /** Of the connection's thread alone. */
    private boolean known;

    Conversation(@Nullable String calledTag) {
      this.calledTag = calledTag;
    }

    @Override
    public int freeSlots() {
      return freeSlots;
    }

    @Override
    public void established(LanConnection connection) {
      known = true;
      post(() -> LanMembership.this.established(connection, calledTag));
    }

    @Override
    public void heard(LanConnection connection, LanMessage message) {
      if (message instanceof LanMessage.Carried(SignedSignal signal)) {
        listener.onRelayed(connection.peer(), signal);
      }
    }

    @Override
    public void ended(LanConnection connection, String reason) {
      LOG.debug("a connection on the local network ended: {}", reason);
      open.remove(connection);
      openCount.decrementAndGet();
      boolean wasKnown = known;
      post(() -> LanMembership.this.ended(connection, calledTag, wasKnown));
    }
  }
}
