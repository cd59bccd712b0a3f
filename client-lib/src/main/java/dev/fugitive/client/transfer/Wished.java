package dev.fugitive.client.transfer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.CanReach;
import dev.fugitive.client.wire.PeerMessage.Chunks;
import dev.fugitive.client.wire.PeerMessage.FoundAndSending;
import dev.fugitive.client.wire.PeerMessage.Have;
import dev.fugitive.client.wire.PeerMessage.Refuse;
import dev.fugitive.client.wire.WireLimits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transfer in which a peer was asked to send a small content before it was known which one.
 *
 * <p>What comes is held as it came, unproven and no more than was wished, until a download of that
 * content takes the transfer over; then it is checked like anything else that a peer sends. Where
 * nobody takes it over, closing it tells the peer to stop.
 */
public final class Wished implements Incoming, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Wished.class);

  /** Words about what is there: a peer needs one, and one for each chunk that comes to it later. */
  private static final int MAX_HAVES = 2 * WireLimits.MAX_SENT_CHUNKS;

  private final SessionTransfers transfers;
  private final int transferId;
  private final int maxChunks;
  private final Consumer<String> liar;
  private final Runnable ended;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private @Nullable ContentId content;

  @GuardedBy("lock")
  private List<PeerMessage> held = new ArrayList<>();

  @GuardedBy("lock")
  private int heldHaves;

  @GuardedBy("lock")
  private int heldChunks;

  @GuardedBy("lock")
  private boolean claimed;

  @GuardedBy("lock")
  private @Nullable PeerSource taker;

  @GuardedBy("lock")
  private boolean over;

  /**
   * @param liar hears what no honest peer does
   * @param ended runs once, when it is taken over or over
   */
  Wished(
      SessionTransfers transfers,
      int transferId,
      int maxChunks,
      Consumer<String> liar,
      Runnable ended) {
    this.transfers = transfers;
    this.transferId = transferId;
    this.maxChunks = maxChunks;
    this.liar = liar;
    this.ended = ended;
  }

  /** With the peer that is to send. */
  public PeerSession session() {
    return transfers.session();
  }

  public int transferId() {
    return transferId;
  }

  /** The most that is wished. */
  public int maxChunks() {
    return maxChunks;
  }

  /** Whether it is this content that comes, and nobody has taken it over. */
  boolean isFor(ContentId wanted) {
    lock.lock();
    try {
      return !over && !claimed && wanted.equals(content);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Promises it to a download of this content, which then takes it over: from now on closing it
   * does nothing. False where it is for another content, taken, or over.
   */
  boolean claim(ContentId wanted) {
    lock.lock();
    try {
      boolean first = isFor(wanted);
      claimed |= first;
      return first;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Hands over to the download that has claimed it; returns what has come, which is the taker's
   * now.
   */
  List<PeerMessage> takeOver(PeerSource by) {
    lock.lock();
    try {
      taker = by;
      over = true;
      List<PeerMessage> came = held;
      held = List.of();
      return came;
    } finally {
      lock.unlock();
      ended.run();
    }
  }

  /** Where nobody took it over, nobody will: the peer is told. */
  @Override
  public void close() {
    if (end()) {
      Thread.ofVirtual().name("transfer-" + transferId + "-out").start(this::sayClose);
    }
  }

  private void sayClose() {
    try {
      session().send(new PeerMessage.Close(transferId));
    } catch (IOException closed) {
      LOG.debug("{}: not closed: {}", session().peer().shortName(), closed.toString());
    }
  }

  /** Returns whether this ended it. */
  private boolean end() {
    int owedChunks;
    lock.lock();
    try {
      if (over || claimed) {
        return false;
      }
      over = true;
      held = List.of();
      owedChunks = (content == null ? maxChunks : content.chunkCount()) - heldChunks;
    } finally {
      lock.unlock();
    }
    transfers.end(transferId, owedChunks);
    ended.run();
    return true;
  }

  // ---- what the peer says: called on its session's thread

  @Override
  public void onSending(FoundAndSending sending) {
    lock.lock();
    try {
      if (content == null && sending.content().chunkCount() <= maxChunks) {
        content = sending.content();
        return;
      }
    } finally {
      lock.unlock();
    }
    liar.accept(
        "sends %d chunks (expected: once, and at most %d)"
            .formatted(sending.content().chunkCount(), maxChunks));
  }

  @Override
  public void onHave(Have have) {
    PeerSource by = holdOr(have);
    if (by != null) {
      by.onHave(have);
    }
  }

  @Override
  public void onChunks(Chunks chunks) {
    PeerSource by = holdOr(chunks);
    if (by != null) {
      by.onChunks(chunks);
    }
  }

  @Override
  public void onRefuse(Refuse refuse) {
    PeerSource by = takerOrHold(refuse);
    if (by != null) {
      by.onRefuse(refuse);
    } else {
      var unused = end();
    }
  }

  @Override
  public void onCanReach(CanReach reach) {
    liar.accept("reaches other peers (expected: to send what it has)");
  }

  /** Who has taken over, if somebody has; who has only claimed it will find the refusal. */
  private @Nullable PeerSource takerOrHold(Refuse refuse) {
    lock.lock();
    try {
      if (claimed && !over && held.stream().noneMatch(Refuse.class::isInstance)) {
        held.add(refuse);
      }
      return taker;
    } finally {
      lock.unlock();
    }
  }

  /** Holds what came; returns who has taken over, if somebody has. */
  private @Nullable PeerSource holdOr(PeerMessage message) {
    lock.lock();
    try {
      if (taker != null || over) {
        return taker;
      }
      if (isWithinLimits(message)) {
        held.add(message);
        return null;
      }
    } finally {
      lock.unlock();
    }
    liar.accept(
        "sends more than it was asked for (expected: at most %d chunks)".formatted(maxChunks));
    return null;
  }

  @GuardedBy("lock")
  private boolean isWithinLimits(PeerMessage message) {
    return switch (message) {
      case Have have -> ++heldHaves <= MAX_HAVES && have.chunks().end() <= maxChunks;
      case Chunks chunks -> {
        heldChunks += chunks.chunkCount();
        yield content != null && heldChunks <= content.chunkCount();
      }
      default -> false;
    };
  }
}
