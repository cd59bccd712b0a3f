package dev.fugitive.client.transfer.upload;

import dev.fugitive.client.wire.PeerMessage;

/** What a session's worker is to do next. */
sealed interface UploadAction {
  /** Send an answer. */
  record Say(PeerMessage message) implements UploadAction {}

  /** Read these chunks of a slot's content and send them. */
  record SendChunks(long slot, int transferId, int firstChunk, int chunkCount, long plainBytes)
      implements UploadAction {}

  /** Ask again at that instant, or when woken. */
  record WaitUntil(long nanos) implements UploadAction {}

  /** There is nothing to do; the worker ends. */
  record Rest() implements UploadAction {}
}
