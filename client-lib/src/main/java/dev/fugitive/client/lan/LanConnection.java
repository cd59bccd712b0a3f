package dev.fugitive.client.lan;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.signalling.LanMessage;
import dev.fugitive.client.signalling.LanMessage.Greeting;
import dev.fugitive.client.signalling.LanMessage.Present;
import dev.fugitive.client.signalling.SignalAllowance;
import dev.fugitive.client.signalling.SignallingCodec;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import okio.BufferedSink;
import okio.BufferedSource;
import okio.ByteString;
import okio.Okio;
import org.jspecify.annotations.Nullable;

/**
 * A conversation with another node on the network: messages with their length (4 bytes) before
 * them. Both sides prove their keys first.
 *
 * <p>{@link #run} reads, on a virtual thread of its own; another one writes.
 */
final class LanConnection implements Runnable {
  /** So long both sides have to prove their keys, however they send what they say. */
  private static final Duration HANDSHAKE = Duration.ofSeconds(5);

  /** Somebody who is there says so at least every 30 s: in this time a whole message comes. */
  private static final Duration SILENCE = Duration.ofSeconds(100);

  private static final int MAX_WAITING = 256;
  private static final int BURST = 256;
  private static final int MESSAGES_PER_SECOND = 32;
  private static final ByteString END = ByteString.EMPTY;

  private final Socket socket;
  private final Identity identity;
  private final boolean dialled;
  private final Duration handshake;
  private final Owner owner;
  private final ByteString challenge = randomChallenge();
  private final LinkedBlockingQueue<ByteString> toSend = new LinkedBlockingQueue<>(MAX_WAITING);
  private final SignalAllowance allowance = new SignalAllowance(BURST, MESSAGES_PER_SECOND);

  /** Set before the owner hears of the connection. */
  private volatile @Nullable PeerId peer;

  private volatile int freeSlots;

  /**
   * @param dialled whether we called
   */
  LanConnection(Socket socket, Identity identity, boolean dialled, Owner owner) {
    this(socket, identity, dialled, HANDSHAKE, owner);
  }

  LanConnection(
      Socket socket, Identity identity, boolean dialled, Duration handshake, Owner owner) {
    this.socket = socket;
    this.identity = identity;
    this.dialled = dialled;
    this.handshake = handshake;
    this.owner = owner;
  }

  /** Who takes what is heard, on the connection's thread; hands over and returns. */
  interface Owner {
    /** How many more links we would take. */
    int freeSlots();

    void established(LanConnection connection);

    void heard(LanConnection connection, LanMessage message);

    /** The last call; the only one where the other side never said who it is. */
    void ended(LanConnection connection, String reason);
  }

  /** Reads until the end. */
  @Override
  public void run() {
    String reason = "broken";
    try {
      reason = converse();
    } finally {
      owner.ended(this, reason);
    }
  }

  private String converse() {
    try (socket) {
      socket.setTcpNoDelay(true);
      BufferedSource in = Okio.buffer(Okio.source(socket));
      BufferedSink out = Okio.buffer(Okio.sink(socket));
      in.timeout().deadline(handshake.toNanos(), TimeUnit.NANOSECONDS);
      greet(in, out);
      out.timeout().timeout(SILENCE.toNanos(), TimeUnit.NANOSECONDS);
      Thread writer = Thread.ofVirtual().name("lan-writer").start(() -> write(out));
      try {
        owner.established(this);
        listen(in);
        return "closed";
      } finally {
        writer.interrupt();
      }
    } catch (EOFException end) {
      return "the other side closed";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private void greet(BufferedSource in, BufferedSink out) throws IOException {
    send(out, SignallingCodec.encode(new Greeting(Greeting.VERSION, challenge)));
    if (!(read(in) instanceof Greeting(int version, ByteString theirs))) {
      throw new ProtocolException("the first message is no greeting");
    }
    if (version != Greeting.VERSION) {
      throw new ProtocolException("version: " + version + " (expected: " + Greeting.VERSION + ")");
    }
    Present own = Present.prove(identity, owner.freeSlots(), theirs, challenge);
    send(out, SignallingCodec.encode(own));
    if (!(read(in) instanceof Present present) || !present.proves(challenge, theirs)) {
      throw new ProtocolException("the other side has not proven its key");
    }
    freeSlots = present.freeSlots();
    peer = present.peer();
  }

  private void listen(BufferedSource in) throws IOException {
    while (!socket.isClosed()) {
      in.timeout().deadline(SILENCE.toNanos(), TimeUnit.NANOSECONDS);
      LanMessage message = read(in);
      if (!allowance.admits(System.nanoTime())) {
        throw new ProtocolException("too many messages in too short a time");
      }
      switch (message) {
        case LanMessage.Slots(int slots) -> freeSlots = slots;
        case LanMessage.Carried carried -> owner.heard(this, carried);
        case Greeting again -> throw new ProtocolException("a second greeting");
        case Present again -> throw new ProtocolException("a second introduction");
      }
    }
  }

  private static LanMessage read(BufferedSource in) throws IOException {
    int length = in.readInt();
    if (length < 1 || length > SignallingCodec.MAX_MESSAGE_BYTES) {
      throw new ProtocolException(
          "message bytes: "
              + length
              + " (expected: 1 to "
              + SignallingCodec.MAX_MESSAGE_BYTES
              + ")");
    }
    return SignallingCodec.decodeFromNeighbour(in.readByteString(length));
  }

  private static void send(BufferedSink out, ByteString message) throws IOException {
    out.writeInt(message.size()).write(message).flush();
  }

  private void write(BufferedSink out) {
    try {
      for (ByteString message = toSend.take(); !message.equals(END); message = toSend.take()) {
        send(out, message);
      }
      socket.shutdownOutput();
    } catch (IOException e) {
      close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Nullable InetAddress remote() {
    return socket.getInetAddress();
  }

  /** Who is at the other end; only after {@link Owner#established}. */
  PeerId peer() {
    PeerId known = peer;
    if (known == null) {
      throw new IllegalStateException("the other side has not said who it is");
    }
    return known;
  }

  int freeSlots() {
    return freeSlots;
  }

  /** Of two connections between the same two, both keep the one that the smaller key began. */
  boolean goesBefore(LanConnection other) {
    return beginner().compareTo(other.beginner()) < 0;
  }

  private PeerId beginner() {
    return dialled ? identity.peerId() : peer();
  }

  /** Leaves a message to be sent; false where too much waits. Never blocks. */
  boolean send(LanMessage message) {
    return !socket.isClosed() && toSend.offer(SignallingCodec.encode(message));
  }

  /** Says no more, and hears what is still on its way. Never blocks. */
  void finish() {
    if (!toSend.offer(END)) {
      close();
    }
  }

  /** Ends at once. */
  void close() {
    try {
      socket.close();
    } catch (IOException nothingToSave) {
      toSend.clear();
    }
  }

  private static ByteString randomChallenge() {
    byte[] bytes = new byte[Greeting.CHALLENGE_BYTES];
    new SecureRandom().nextBytes(bytes);
    return ByteString.of(bytes);
  }
}
