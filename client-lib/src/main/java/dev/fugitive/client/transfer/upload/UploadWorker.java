package dev.fugitive.client.transfer.upload;

import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.wire.PeerMessage;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what the core decides for one session, on a virtual thread of its own, until there is
 * nothing more to do.
 */
final class UploadWorker implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(UploadWorker.class);

  private final Uploads uploads;
  private final PeerSession session;
  private final Condition wake;
  private final Thread thread;

  UploadWorker(Uploads uploads, PeerSession session, Condition wake) {
    this.uploads = uploads;
    this.session = session;
    this.wake = wake;
    this.thread = Thread.ofVirtual().name("upload-" + session.peer().shortName()).unstarted(this);
  }

  PeerSession session() {
    return session;
  }

  /** Signalled, under the lock of uploads, when there may be something else to do. */
  Condition wake() {
    return wake;
  }

  Thread thread() {
    return thread;
  }

  @Override
  public void run() {
    boolean rests = false;
    try {
      UploadAction action = uploads.nextAction(this);
      while (!(action instanceof UploadAction.Rest)) {
        perform(action);
        action = uploads.nextAction(this);
      }
      rests = true;
    } catch (IOException e) {
      LOG.debug("upload to {} ends: {}", session.peer().shortName(), e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (!rests) {
        uploads.workerFailed(this);
      }
    }
  }

  private void perform(UploadAction action) throws IOException, InterruptedException {
    switch (action) {
      case UploadAction.Say say -> session.send(say.message());
      case UploadAction.SendChunks frame -> send(frame);
      case UploadAction.WaitUntil wait -> throw new AssertionError("not an action: " + wait);
      case UploadAction.Rest rest -> throw new AssertionError("not an action: " + rest);
    }
  }

  private void send(UploadAction.SendChunks frame) throws IOException, InterruptedException {
    int payloadBytes = 0;
    try {
      for (UploadAction.SendChunks part : frame.parts(session.bulkChunks())) {
        Optional<PeerMessage.Chunks> chunks = uploads.read(part);
        if (chunks.isEmpty() || !uploads.mayGive(part, chunks.get())) {
          return;
        }
        session.send(chunks.get());
        payloadBytes += chunks.get().payload().remaining();
      }
    } finally {
      uploads.frameDone(frame, payloadBytes);
    }
  }
}
