package dev.fugitive.client.transfer.upload;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import java.util.List;
import java.util.Map;

/**
 * What is being uploaded, and what was.
 *
 * @param settings what is allowed
 * @param active the transfers that have a slot
 * @param plainBytes of content sent
 * @param relayedBytes those of them that were only passed on
 * @param payloadBytes that it took on the wire, compressed where that paid
 * @param frames sent
 * @param refused how often a slot was denied or withdrawn, by reason
 * @param strayMessages requests for transfers that are not open (any more)
 */
public record UploadStatus(
    UploadSettings settings,
    List<ActiveUpload> active,
    long plainBytes,
    long relayedBytes,
    long payloadBytes,
    long frames,
    Map<RefusalReason, Long> refused,
    long strayMessages) {
  public UploadStatus {
    active = List.copyOf(active);
    refused = Map.copyOf(refused);
  }

  /** A transfer that has a slot. */
  public record ActiveUpload(PeerId peer, ContentId content, long sentBytes, long queuedBytes) {}
}
