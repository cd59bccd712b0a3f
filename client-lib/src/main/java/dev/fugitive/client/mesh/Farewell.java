package dev.fugitive.client.mesh;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transport.Link;
import dev.fugitive.client.wire.PeerCodec;
import dev.fugitive.client.wire.PeerMessage;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the peer why a link closes, leaves it a moment to hang up, since closing at once would lose
 * the words, and closes the link. On a thread of its own.
 */
record Farewell(PeerId peer, Link link, Lifecycle life, PeerCodec codec, String reason)
    implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Farewell.class);

  /** Where more than this waits to be sent, words would only wait behind it. */
  private static final long MAX_QUEUED_BYTES = 64 * 1024;

  private static final long HANG_UP_MILLIS = 1_000;
  private static final long COUNT_MILLIS = 100;

  @Override
  public void run() {
    try {
      if (hasRoom()) {
        link.send(codec.encode(PeerMessage.Bye.because(reason)));
        life.awaitLinkClosed(HANG_UP_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.trace("no farewell to {}", peer.shortName(), e);
    } finally {
      link.close(reason);
    }
  }

  /** What a link knows of what waits may be half a second old. */
  private boolean hasRoom() throws InterruptedException {
    if (link.queuedBytes() >= MAX_QUEUED_BYTES) {
      CountDownLatch counted = new CountDownLatch(1);
      link.count(bytes -> counted.countDown());
      var unused = counted.await(COUNT_MILLIS, TimeUnit.MILLISECONDS);
    }
    return link.queuedBytes() < MAX_QUEUED_BYTES;
  }
}
