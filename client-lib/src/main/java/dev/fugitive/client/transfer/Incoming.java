package dev.fugitive.client.transfer;

import dev.fugitive.client.wire.PeerMessage.CanReach;
import dev.fugitive.client.wire.PeerMessage.Chunks;
import dev.fugitive.client.wire.PeerMessage.FoundAndSending;
import dev.fugitive.client.wire.PeerMessage.Have;
import dev.fugitive.client.wire.PeerMessage.Refuse;

/** What a peer may say in a transfer of ours; called on its session's thread. */
interface Incoming {
  void onSending(FoundAndSending sending);

  void onHave(Have have);

  void onCanReach(CanReach reach);

  void onRefuse(Refuse refuse);

  void onChunks(Chunks chunks);
}
