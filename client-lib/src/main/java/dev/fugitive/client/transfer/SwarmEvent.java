package dev.fugitive.client.transfer;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage.Member;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import java.util.List;

/** Everything that the core of a swarm is told. */
sealed interface SwarmEvent {
  /** Chunks are in the fill from before; told first. */
  record AlreadyHere(ChunkSet chunks) implements SwarmEvent {}

  /**
   * A peer can be asked.
   *
   * @param proven whether it has given us anything before that was true
   */
  record PeerJoined(PeerId peer, PathEstimate path, Standing standing, boolean proven)
      implements SwarmEvent {}

  /** What is known of a peer that can be asked. */
  enum Standing {
    /** It might be fetching the content as well. */
    FELLOW,
    /** Others, whom it knows, say to hold it. */
    RELAY,
    /** It says to hold it, or some of it. */
    HOLDER,
    /** It was asked to send a content with its answer, and says that it sends this one. */
    SENDER
  }

  /** A peer has begun to fetch the content too, and asked us for it; or it no longer does. */
  record PeerReads(PeerId peer, boolean reads) implements SwarmEvent {}

  /** A peer that was asked whether it is there has said something. */
  record PeerAnswers(PeerId peer) implements SwarmEvent {}

  /** A peer that fetches the content too tells who else does. */
  record PeerTells(PeerId peer, List<Member> members) implements SwarmEvent {
    public PeerTells {
      members = List.copyOf(members);
    }
  }

  /** A peer gave a slot, or holds more than it said before. */
  record PeerHas(PeerId peer, ChunkSet chunks) implements SwarmEvent {}

  /** A peer denied or withdrew a slot. */
  record PeerRefused(PeerId peer, RefusalReason reason, long retryAfterNanos)
      implements SwarmEvent {}

  /** A peer sent what cannot be true: bytes that prove false, or what nobody asked for. */
  record PeerLied(PeerId peer, String reason) implements SwarmEvent {}

  /** A peer's session is closed. */
  record PeerLeft(PeerId peer, String reason) implements SwarmEvent {}

  /** Chunks of a peer were verified and are in the fill. */
  record ChunksArrived(PeerId peer, int firstChunk, int chunkCount) implements SwarmEvent {}

  /** What a peer sends comes over so many associations from now on. */
  record PeerStrands(PeerId peer, int strands) implements SwarmEvent {}

  /** Chunks of the origin are in the fill. */
  record OriginArrived(int rangeId, int firstChunk, int chunkCount) implements SwarmEvent {}

  /** Bytes of a range came at that moment, whether or not they fill a chunk. */
  record OriginHeard(int rangeId, long atNanos) implements SwarmEvent {}

  /** A range of the origin broke, or could not be opened. */
  record OriginFailed(int rangeId, String reason) implements SwarmEvent {}

  /** The origin was asked for a range, and sends everything instead. */
  record OriginIgnoresRanges() implements SwarmEvent {}

  /** A range of the origin was read to its end. */
  record OriginEnded(int rangeId) implements SwarmEvent {}

  /** The reader waits for this byte, or will read it next. */
  record DemandMoved(long byteOffset) implements SwarmEvent {}

  /** Only these chunks are asked for from now on; in a swarm that is never told so, all are. */
  record Wanted(ChunkSet chunks) implements SwarmEvent {}

  /** A peer that passed chunks on from another is not needed any more: we have that other. */
  record RelayReplaced(PeerId relay) implements SwarmEvent {}

  /** Nobody reads any more. */
  record ReaderGone() implements SwarmEvent {}

  /** Time passed, and nothing else happened. */
  record Tick() implements SwarmEvent {}
}
