package dev.fugitive.client.fetch;

import dev.fugitive.client.mesh.PeerHandler;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.MalformedMessageException;
import dev.fugitive.client.wire.PeerCodec;
import dev.fugitive.client.wire.PeerMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import okio.ByteString;

/**
 * A session with a liar, without the link beneath: what a link would carry goes through the codec
 * and straight to the victim's handler, so that a new peer costs microseconds. The first word that
 * is against the protocol ends it, as in a mesh.
 */
final class LyingSession implements PeerSession, AutoCloseable {
  private static final PeerCodec CODEC = new PeerCodec();

  private final PeerId id;
  private final Liar liar;
  private final PeerHandler victim;
  private final long roundTripNanos;
  private final BlockingQueue<Optional<PeerMessage>> inbox = new LinkedBlockingQueue<>();
  private final List<String> malformed = new ArrayList<>();
  private final Thread thread;
  private volatile boolean open = true;

  private LyingSession(Liar liar, PeerHandler victim, SplittableRandom random, long rank) {
    byte[] key = new byte[PeerId.BYTES];
    random.nextBytes(key);
    this.id = new PeerId(ByteString.of(key));
    this.liar = liar;
    this.victim = victim;
    this.roundTripNanos = rank;
    this.thread = Thread.ofVirtual().unstarted(this::run);
  }

  /**
   * Opens a session and says what the peer claims to hold.
   *
   * @param rank peers of a lower rank are asked first
   */
  static LyingSession open(
      Liar liar,
      PeerHandler victim,
      SplittableRandom random,
      long rank,
      List<PeerMessage> holdings) {
    LyingSession session = new LyingSession(liar, victim, random, rank);
    victim.onOpened(session, new PeerMessage.Hello(1, "liar/1", true));
    holdings.forEach(part -> victim.onMessage(session, part));
    session.thread.start();
    return session;
  }

  Liar liar() {
    return liar;
  }

  /** Why its frames could not be read, if they could not. */
  List<String> malformed() {
    return malformed;
  }

  private void run() {
    try {
      Optional<PeerMessage> next = inbox.take();
      while (next.isPresent()) {
        for (ByteBuffer frame : liar.answer(next.get())) {
          hear(frame);
        }
        next = inbox.take();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void hear(ByteBuffer frame) {
    if (!open) {
      return;
    }
    try {
      Optional<PeerMessage> message = CODEC.decode(frame);
      if (message.isPresent() && message.get() instanceof PeerMessage.Hello) {
        throw new MalformedMessageException("a second Hello");
      }
      message.ifPresent(m -> victim.onMessage(this, m));
    } catch (MalformedMessageException e) {
      malformed.add("malformed message: " + e.getMessage());
      end("malformed message");
    }
  }

  private void end(String reason) {
    if (open) {
      open = false;
      victim.onClosed(this, reason);
    }
  }

  @Override
  public PeerId peer() {
    return id;
  }

  @Override
  public void send(PeerMessage message) throws IOException {
    if (!open) {
      throw new IOException("closed");
    }
    inbox.add(Optional.of(message));
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  /** It is there. */
  @Override
  public void probe(Runnable answered) {
    answered.run();
  }

  @Override
  public long roundTripNanos() {
    return roundTripNanos;
  }

  @Override
  public void close(String reason) {
    open = false;
  }

  /** Hangs up and waits for its thread. */
  @Override
  public void close() {
    inbox.add(Optional.empty());
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    open = false;
    victim.onClosed(this, "over");
  }
}
