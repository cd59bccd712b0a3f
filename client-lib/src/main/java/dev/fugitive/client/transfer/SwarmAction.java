package dev.fugitive.client.transfer;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage.Member;
import java.util.List;

/** Everything that the core of a swarm wants done. */
sealed interface SwarmAction {
  /** Ask a peer for a slot. */
  record Open(PeerId peer) implements SwarmAction {}

  /** Ask a peer for consecutive chunks of one frame. */
  record Request(PeerId peer, int firstChunk, int chunkCount) implements SwarmAction {}

  /** Take back what was asked of a peer. */
  record Cancel(PeerId peer, int firstChunk, int chunkCount) implements SwarmAction {}

  /** Give a peer's slot back. */
  record Close(PeerId peer) implements SwarmAction {}

  /** Tell a peer that fetches the content too who else does. */
  record Tell(PeerId peer, List<Member> members) implements SwarmAction {
    public Tell {
      members = List.copyOf(members);
    }
  }

  /** Ask a peer whether it is there. */
  record Probe(PeerId peer) implements SwarmAction {}

  /** Ban a peer that lied. */
  record Ban(PeerId peer, String reason) implements SwarmAction {}

  /** Read chunks from the origin, in order. */
  record OpenOrigin(int rangeId, int fromChunk, int untilChunk) implements SwarmAction {}

  /** Stop reading a range of the origin. */
  record CancelOrigin(int rangeId) implements SwarmAction {}

  /** Send a {@link SwarmEvent.Tick} then, and forget the time given before. */
  record WakeAt(long nanos) implements SwarmAction {}

  /** Every chunk is here. */
  record Finished() implements SwarmAction {}

  /** No source is left; each line says why one of them gave nothing more. */
  record Failed(List<String> reasons) implements SwarmAction {
    public Failed {
      reasons = List.copyOf(reasons);
    }
  }
}
