package dev.fugitive.client.transfer.upload;

import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import java.util.EnumMap;
import java.util.Map;

/** What uploads came to so far. Confined to the core's owner. */
final class UploadCounters {
  private final Map<RefusalReason, Long> refused = new EnumMap<>(RefusalReason.class);
  long plainBytes;
  long payloadBytes;
  long relayedBytes;
  long frames;
  long strayMessages;

  void sent(long plain, long payload, boolean relayed) {
    frames++;
    plainBytes += plain;
    payloadBytes += payload;
    relayedBytes += relayed ? plain : 0;
  }

  void refused(RefusalReason reason) {
    refused.merge(reason, 1L, Long::sum);
  }

  Map<RefusalReason, Long> refused() {
    return Map.copyOf(refused);
  }
}
