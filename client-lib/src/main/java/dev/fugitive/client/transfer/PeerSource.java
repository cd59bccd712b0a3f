package dev.fugitive.client.transfer;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ChunkVerification.Corrupt;
import dev.fugitive.cache.content.ChunkVerification.Verified;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.SwarmEvent.PeerHas;
import dev.fugitive.client.transfer.SwarmEvent.PeerLied;
import dev.fugitive.client.transfer.SwarmEvent.PeerRefused;
import dev.fugitive.client.transfer.SwarmEvent.PeerStrands;
import dev.fugitive.client.wire.MalformedMessageException;
import dev.fugitive.client.wire.PayloadCodec;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.CanReach;
import dev.fugitive.client.wire.PeerMessage.Chunks;
import dev.fugitive.client.wire.PeerMessage.FoundAndSending;
import dev.fugitive.client.wire.PeerMessage.Have;
import dev.fugitive.client.wire.PeerMessage.Member;
import dev.fugitive.client.wire.PeerMessage.Refuse;
import dev.fugitive.client.wire.PeerMessage.Request;
import dev.fugitive.client.wire.WireLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * One transfer from one peer: what we say goes through a queue of its own, so that a link which
 * takes nothing holds up nobody else; what the peer says is checked, unpacked and verified on its
 * session's thread.
 */
final class PeerSource implements Incoming {
  private static final int MAX_QUEUED_MESSAGES = 4096;
  private static final int MAX_TAKEN_MESSAGES = 64;

  private final SessionTransfers transfers;
  private final PeerSession session;
  private final int transferId;
  private final Download download;
  private final Intake intake;
  private final boolean through;
  private final Credits credits = new Credits();

  /** What came before this took the transfer over; the sending thread checks it first. */
  private final List<PeerMessage> early;

  /** What the peer was asked for with its question; the loop's. */
  private ChunkSet wished;

  /** What the peer says to hold itself; written by whoever handles what it says. */
  private volatile ChunkSet atPeer = ChunkSet.EMPTY;

  /** Over how many associations its chunks came last; written by whoever handles them. */
  private volatile int strands = 1;

  private final BlockingQueue<Optional<PeerMessage>> outbox =
      new ArrayBlockingQueue<>(MAX_QUEUED_MESSAGES);

  PeerSource(SessionTransfers transfers, int transferId, Download download, boolean through) {
    this.transfers = transfers;
    this.session = transfers.session();
    this.transferId = transferId;
    this.download = download;
    this.intake = download.intake();
    this.through = through;
    this.early = List.of();
    this.wished = ChunkSet.EMPTY;
  }

  /** Takes over a transfer in which the peer was asked for all of the content. */
  PeerSource(SessionTransfers transfers, Wished wish, Download download) {
    this.transfers = transfers;
    this.session = transfers.session();
    this.transferId = wish.transferId();
    this.download = download;
    this.intake = download.intake();
    this.through = false;
    this.wished = ChunkSet.range(0, download.id().chunkCount());
    credits.grant(0, download.id().chunkCount());
    this.early = wish.takeOver(this);
  }

  PeerId peer() {
    return session.peer();
  }

  PeerSession session() {
    return session;
  }

  int transferId() {
    return transferId;
  }

  private long owedChunks() {
    return credits.owedChunks();
  }

  // ---- what we say: called by the download's loop

  void open() {
    Thread.ofVirtual().name("transfer-" + transferId + "-out").start(this::sendAll);
    if (wished.isEmpty()) {
      say(
          through
              ? new PeerMessage.OpenThrough(transferId, download.id())
              : new PeerMessage.Open(transferId, download.id()));
    }
  }

  void request(int firstChunk, int chunkCount) {
    ChunkSet asked = ChunkSet.range(firstChunk, firstChunk + chunkCount);
    if (asked.minus(wished).isEmpty()) {
      wished = wished.minus(asked);
      return;
    }
    credits.grant(firstChunk, chunkCount);
    say(new Request(transferId, firstChunk, chunkCount));
  }

  void cancel(int firstChunk, int chunkCount) {
    say(new PeerMessage.Cancel(transferId, firstChunk, chunkCount));
  }

  /** Says who else fetches the content; a peer that does not know this message skips it. */
  void tell(List<Member> members) {
    say(new PeerMessage.Members(transferId, members));
  }

  /** Asks whether the peer is there; any word of it will do, of this content or not. */
  void probe() {
    session.probe(() -> download.peerAnswers(peer()));
  }

  void close() {
    say(new PeerMessage.Close(transferId));
    stop();
  }

  /** The transfer is over: nothing is said any more. */
  void stop() {
    transfers.end(transferId, owedChunks());
    if (!outbox.offer(Optional.empty())) {
      outbox.clear();
      outbox.add(Optional.empty());
    }
  }

  private void say(PeerMessage message) {
    if (!outbox.offer(Optional.of(message))) {
      download.left(transfers, "does not take messages");
    }
  }

  private void sendAll() {
    List<Optional<PeerMessage>> taken = new ArrayList<>();
    try {
      early.forEach(this::handle);
      do {
        taken.clear();
        taken.add(outbox.take());
        outbox.drainTo(taken, MAX_TAKEN_MESSAGES);
      } while (send(taken));
    } catch (IOException e) {
      download.left(transfers, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Sends messages, requests that go on where others end as one; false where the end is among them.
   */
  private boolean send(List<Optional<PeerMessage>> messages) throws IOException {
    for (int i = 0; i < messages.size(); i++) {
      PeerMessage message = messages.get(i).orElse(null);
      if (message == null) {
        return false;
      }
      while (i + 1 < messages.size()
          && message instanceof Request request
          && messages.get(i + 1).orElse(null) instanceof Request following
          && goesOn(request, following)) {
        message = joined(request, following);
        i++;
      }
      session.send(message);
    }
    return true;
  }

  /** Whether a request asks for what follows another: one message will do for both. */
  private static boolean goesOn(Request request, Request following) {
    return following.firstChunk() == request.firstChunk() + request.chunkCount()
        && request.chunkCount() + following.chunkCount() <= WireLimits.MAX_REQUEST_CHUNKS;
  }

  private Request joined(Request request, Request following) {
    return new Request(
        transferId, request.firstChunk(), request.chunkCount() + following.chunkCount());
  }

  private void handle(PeerMessage came) {
    switch (came) {
      case Have have -> onHave(have);
      case Chunks chunks -> onChunks(chunks);
      case Refuse refuse -> onRefuse(refuse);
      default -> throw new IllegalArgumentException(came + " (expected: what was held)");
    }
  }

  // ---- what the peer says: called on its session's thread

  @Override
  public void onSending(FoundAndSending sending) {
    lied("sends %s (expected: once, where it was wished)".formatted(sending.content()));
  }

  @Override
  public void onHave(Have have) {
    if (have.chunks().end() > download.id().chunkCount()) {
      lied(
          "chunks: until %d (expected: at most %d)"
              .formatted(have.chunks().end(), download.id().chunkCount()));
      return;
    }
    atPeer = have.chunks();
    download.has(this, have.chunks());
  }

  /** The peer names whom it can ask for us, and what they have. */
  @Override
  public void onCanReach(CanReach reach) {
    if (!through || reach.chunks().end() > download.id().chunkCount()) {
      lied(
          "reaches until chunk %d (expected: at most %d)"
              .formatted(reach.chunks().end(), through ? download.id().chunkCount() : 0));
      return;
    }
    download.named(session, reach.holders());
    if (!reach.chunks().isEmpty()) {
      download.post(new PeerHas(peer(), reach.chunks()));
    }
  }

  /** Where its chunks are from, as the peer says: its own store, or a peer of its. */
  Provenance provenance(int chunk) {
    return through && !atPeer.contains(chunk) ? Provenance.TIER2 : Provenance.TIER1;
  }

  boolean isThrough() {
    return through;
  }

  @Override
  public void onRefuse(Refuse refuse) {
    download.refused(this, refuse.reason());
    long retryAfterNanos = refuse.retryAfterMillis() * 1_000_000L;
    download.post(new PeerRefused(peer(), refuse.reason(), retryAfterNanos));
  }

  @Override
  public void onChunks(Chunks chunks) {
    if (!credits.take(chunks.firstChunk(), chunks.chunkCount())) {
      lied(
          "chunks: %d from %d (expected: what was asked for)"
              .formatted(chunks.chunkCount(), chunks.firstChunk()));
      return;
    }
    if (!intake.enter()) {
      return;
    }
    try {
      noteStrands();
      receive(chunks);
    } finally {
      intake.leave();
    }
  }

  private void noteStrands() {
    int now = session.strands();
    if (now != strands) {
      strands = now;
      download.post(new PeerStrands(peer(), now));
    }
  }

  private void receive(Chunks chunks) {
    ContentId id = download.id();
    ByteBuffer plain;
    try {
      int length = (int) id.rangeLength(chunks.firstChunk(), chunks.chunkCount());
      plain = PayloadCodec.decode(chunks.encoding(), chunks.payload(), length);
    } catch (MalformedMessageException e) {
      lied(String.valueOf(e.getMessage()));
      return;
    }
    switch (intake.tree().verify(chunks.firstChunk(), chunks.chunkCount(), plain, chunks.proof())) {
      case Corrupt(String reason) -> lied(reason);
      case Verified(var verified) -> intake.keep(this, verified);
    }
  }

  private void lied(String reason) {
    download.postAtOnce(new PeerLied(peer(), reason));
  }
}
