package dev.fugitive.client.transfer;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import java.util.Map;
import java.util.Set;

/**
 * What a download has got so far.
 *
 * @param bytesByPeer useful bytes, by the peer that gave them
 * @param originBytes useful bytes that the origin gave
 * @param wastedBytes bytes that came although they were here already
 * @param refusals why holders refused, each reason once
 */
public record DownloadProgress(
    Map<PeerId, Long> bytesByPeer,
    long originBytes,
    long wastedBytes,
    Set<RefusalReason> refusals) {
  public DownloadProgress {
    refusals = Set.copyOf(refusals);
    bytesByPeer = Map.copyOf(bytesByPeer);
  }

  /** Useful bytes that peers gave. */
  public long peerBytes() {
    return bytesByPeer.values().stream().mapToLong(Long::longValue).sum();
  }
}
