package dev.fugitive.client.signalling;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okio.ByteString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A place at a rendezvous server: one connection after another, for as long as it is not closed.
 *
 * <p>Its own virtual thread runs {@link #run} and is the only one that calls the listener; OkHttp's
 * threads hand over to it through {@link ServerVoice}. The callers' threads only put messages into
 * OkHttp's queue, which is bounded here.
 */
final class WebSocketMembership implements Rendezvous.Membership, Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(WebSocketMembership.class);

  /** A connection that held for this long was a good one: the next failure is the first again. */
  private static final long GOOD_CONNECTION_NANOS = Duration.ofSeconds(30).toNanos();

  private static final int GOING_AWAY = 1001;

  private final OkHttpClient http;
  private final Request request;
  private final RendezvousSettings settings;
  private final RandomGenerator random;
  private final Identity identity;
  private final RendezvousListener listener;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private Presence presence;

  /** The connection on which we have joined, or are about to: messages may be sent. */
  @GuardedBy("lock")
  private @Nullable ServerVoice joined;

  @GuardedBy("lock")
  private @Nullable ServerVoice current;

  private volatile RendezvousStatus status =
      new RendezvousStatus(RendezvousStatus.State.CONNECTING, "");

  WebSocketMembership(
      OkHttpClient http,
      Request request,
      RendezvousSettings settings,
      RandomGenerator random,
      Identity identity,
      Presence presence,
      RendezvousListener listener) {
    this.http = http;
    this.request = request;
    this.settings = settings;
    this.random = random;
    this.identity = identity;
    this.presence = presence;
    this.listener = listener;
  }

  @Override
  public void run() {
    int failures = 0;
    try {
      while (closed.getCount() > 0) {
        long start = System.nanoTime();
        String reason = converse();
        boolean good = System.nanoTime() - start >= GOOD_CONNECTION_NANOS;
        failures = good ? 1 : failures + 1;
        pause(reason, settings.backoff().delayNanos(failures, random.nextDouble()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    status = new RendezvousStatus(RendezvousStatus.State.CLOSED, "");
  }

  private void pause(String reason, long nanos) throws InterruptedException {
    if (closed.getCount() == 0) {
      return;
    }
    String detail = "%s; next attempt in %.1f s".formatted(reason, nanos / 1e9);
    LOG.debug("rendezvous {}: {}", request.url(), detail);
    status = new RendezvousStatus(RendezvousStatus.State.WAITING, detail);
    listener.onLost(reason);
    closed.await(nanos, TimeUnit.NANOSECONDS);
  }

  /** One connection, from dialling to its end; returns why it ended. */
  private String converse() throws InterruptedException {
    status = new RendezvousStatus(RendezvousStatus.State.CONNECTING, request.url().toString());
    ServerVoice server = new ServerVoice(settings.maxQueuedBytes());
    if (!begin(server)) {
      return "closed";
    }
    server.dial(http, request);
    try {
      return listen(server);
    } catch (ProtocolException e) {
      return "the rendezvous does not speak as it should: " + e.getMessage();
    } catch (RuntimeException e) {
      LOG.error("a message of rendezvous {} could not be handled", request.url(), e);
      return "internal error: " + e;
    } finally {
      end(server);
    }
  }

  private String listen(ServerVoice server) throws InterruptedException, ProtocolException {
    boolean isJoined = false;
    long deadline = System.nanoTime() + settings.joinTimeout().toNanos();
    while (true) {
      long waitNanos = isJoined ? Long.MAX_VALUE : deadline - System.nanoTime();
      ServerVoice.Heard heard = server.next(waitNanos);
      switch (heard) {
        case ServerVoice.Heard.Nothing() -> {
          server.cancel();
          return "no answer to the join within " + settings.joinTimeout();
        }
        case ServerVoice.Heard.End(String reason) -> {
          return reason;
        }
        case ServerVoice.Heard.Message(ByteString bytes) -> {
          RendezvousMessage message = SignallingCodec.decodeFromRendezvous(bytes);
          if (!isJoined && message instanceof RendezvousMessage.Peers) {
            isJoined = true;
            status = new RendezvousStatus(RendezvousStatus.State.JOINED, request.url().toString());
            listener.onJoined();
          }
          handle(server, message);
        }
      }
    }
  }

  private void handle(ServerVoice server, RendezvousMessage message) throws ProtocolException {
    switch (message) {
      case RendezvousMessage.Welcome(int version, ByteString challenge) ->
          join(server, version, challenge);
      case RendezvousMessage.Peers(var peers) -> listener.onPeers(peers);
      case RendezvousMessage.Relayed(PeerId from, SignedSignal signal) ->
          listener.onRelayed(from, signal);
      case RendezvousMessage.PeerGone(PeerId peer) -> listener.onPeerGone(peer);
      case RendezvousMessage.Refused(RendezvousMessage.Reason reason, String detail) ->
          LOG.info("rendezvous {} refused: {} {}", request.url(), reason, detail);
    }
  }

  private void join(ServerVoice server, int version, ByteString challenge)
      throws ProtocolException {
    if (version != RendezvousMessage.Welcome.VERSION) {
      throw new ProtocolException(
          "version: " + version + " (expected: " + RendezvousMessage.Welcome.VERSION + ")");
    }
    lock.lock();
    try {
      if (joined == server) {
        throw new ProtocolException("a second welcome");
      }
      server.send(SignallingCodec.encode(ClientMessage.Join.prove(identity, presence, challenge)));
      joined = server;
    } finally {
      lock.unlock();
    }
  }

  private boolean begin(ServerVoice server) {
    lock.lock();
    try {
      current = server;
      return closed.getCount() > 0;
    } finally {
      lock.unlock();
    }
  }

  private void end(ServerVoice server) {
    server.cancel();
    lock.lock();
    try {
      joined = null;
      current = null;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void update(Presence changed) {
    lock.lock();
    try {
      presence = changed;
      if (joined != null) {
        joined.send(SignallingCodec.encode(new ClientMessage.Update(changed)));
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean relay(PeerId to, SignedSignal signal) {
    ByteString message = SignallingCodec.encode(new ClientMessage.Relay(to, signal));
    lock.lock();
    try {
      return joined != null && joined.send(message);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public RendezvousStatus status() {
    return status;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed.countDown();
      if (joined != null) {
        joined.send(SignallingCodec.encode(new ClientMessage.Leave()));
      }
      if (current != null) {
        current.close(GOING_AWAY, "closed");
      }
    } finally {
      lock.unlock();
    }
  }
}
