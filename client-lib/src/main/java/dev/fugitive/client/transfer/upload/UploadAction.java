package dev.fugitive.client.transfer.upload;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.wire.PeerMessage;
import java.util.ArrayList;
import java.util.List;

/** What a session's worker is to do next. */
sealed interface UploadAction {
  /** Send an answer. */
  record Say(PeerMessage message) implements UploadAction {}

  /** Read these chunks of a slot's content and send them. */
  record SendChunks(long slot, int transferId, int firstChunk, int chunkCount, long plainBytes)
      implements UploadAction {
    /** The same in messages of at most so many chunks. */
    List<SendChunks> parts(int mostChunks) {
      if (chunkCount <= mostChunks) {
        return List.of(this);
      }
      List<SendChunks> parts = new ArrayList<>();
      long leftBytes = plainBytes;
      for (int done = 0; done < chunkCount; done += mostChunks) {
        int count = Math.min(mostChunks, chunkCount - done);
        long bytes = Math.min(leftBytes, (long) count * ContentId.CHUNK_BYTES);
        parts.add(new SendChunks(slot, transferId, firstChunk + done, count, bytes));
        leftBytes -= bytes;
      }
      return parts;
    }
  }

  /** Ask again at that instant, or when woken. */
  record WaitUntil(long nanos) implements UploadAction {}

  /** There is nothing to do; the worker ends. */
  record Rest() implements UploadAction {}
}
