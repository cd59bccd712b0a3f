package dev.fugitive.client.mesh;

import dev.fugitive.client.signalling.SignalAllowance;
import dev.fugitive.client.wire.FrameLog;
import dev.fugitive.client.wire.MalformedMessageException;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.WireLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a link's own virtual thread does, from the link's opening to its end: it says Hello, awaits
 * the peer's, reads the inbox, and is the only one that calls the {@link PeerHandler}. That thread
 * alone.
 */
final class Conversation implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

  private final PeerLink link;
  private final PeerLink.Owner owner;
  private final Inbox inbox;

  /** Enough for a few links at once. */
  private final SignalAllowance toForward = new SignalAllowance(256, 16);

  private final SignalAllowance forwardedToUs = new SignalAllowance(512, 64);

  Conversation(PeerLink link, PeerLink.Owner owner, Inbox inbox) {
    this.link = link;
    this.owner = owner;
    this.inbox = inbox;
  }

  @Override
  public void run() {
    boolean opened = false;
    try {
      link.send(owner.hello());
      PeerMessage.Hello hello = awaitHello();
      owner.greeted(link);
      opened = link.awaitAdmission();
      if (opened) {
        owner.handler().onOpened(link, hello);
        serve();
      }
    } catch (MalformedMessageException e) {
      owner.lied(link.peer(), "malformed message: " + e.getMessage());
      link.close("malformed message: " + e.getMessage());
    } catch (IOException e) {
      link.close(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      link.close("interrupted");
    } catch (ExecutionException | RuntimeException e) {
      LOG.error("session with {} failed", link.peer().shortName(), e);
      link.close("internal error");
    } finally {
      finish(opened);
    }
  }

  private void finish(boolean opened) {
    link.close(link.reason());
    if (opened) {
      try {
        owner.handler().onClosed(link, link.reason());
      } catch (RuntimeException e) {
        LOG.error("handler failed at the end of the session with {}", link.peer().shortName(), e);
      }
    }
  }

  private PeerMessage.Hello awaitHello() throws InterruptedException, IOException {
    ByteBuffer frame = inbox.take();
    if (frame == null) {
      throw new IOException("closed before the Hello");
    }
    PeerMessage first = decode(frame).orElse(null);
    if (first instanceof PeerMessage.Bye(String reason)) {
      throw new IOException("the peer closed: " + reason);
    }
    if (!(first instanceof PeerMessage.Hello hello)) {
      throw new MalformedMessageException("first message: " + first + " (expected: Hello)");
    }
    if (hello.version() != WireLimits.PROTOCOL_VERSION) {
      throw new IOException(
          "protocol version of "
              + hello.agent()
              + ": "
              + hello.version()
              + " (expected: "
              + WireLimits.PROTOCOL_VERSION
              + ")");
    }
    return hello;
  }

  private void serve() throws InterruptedException, IOException {
    for (ByteBuffer frame = inbox.take(); frame != null; frame = inbox.take()) {
      int frameBytes = frame.remaining();
      Optional<PeerMessage> message = decode(frame);
      if (message.isPresent()) {
        handle(message.get(), frameBytes);
      }
    }
  }

  private Optional<PeerMessage> decode(ByteBuffer frame) throws MalformedMessageException {
    int frameBytes = frame.remaining();
    Optional<PeerMessage> message = owner.codec().decode(frame);
    message.ifPresent(decoded -> FrameLog.received(link.peer(), frameBytes, decoded));
    return message;
  }

  private void handle(PeerMessage message, int frameBytes) throws IOException {
    switch (message) {
      case PeerMessage.Ping(long nonce) -> link.send(new PeerMessage.Pong(nonce));
      case PeerMessage.Pong(long nonce) -> link.heardPong(nonce);
      case PeerMessage.Bye(String reason) -> link.hungUp("the peer closed: " + reason);
      case PeerMessage.Forward forward -> {
        if (toForward.admits(owner.nanos())) {
          owner.forward(link, forward);
        }
      }
      case PeerMessage.Forwarded forwarded -> {
        if (forwardedToUs.admits(owner.nanos())) {
          owner.forwarded(link, forwarded);
        }
      }
      case PeerMessage.Strand strand -> link.heardStrand(strand);
      case PeerMessage.Hello hello ->
          throw new MalformedMessageException("a second Hello from " + hello.agent());
      default -> {
        link.heardPayload(message, frameBytes);
        owner.handler().onMessage(link, message);
      }
    }
  }
}
