package dev.fugitive.cache.content;

import java.util.List;

/** What came of checking consecutive chunks against a content's root. */
public sealed interface ChunkVerification {
  /** Every byte belongs to the content. */
  record Verified(List<VerifiedChunk> chunks) implements ChunkVerification {
    public Verified {
      chunks = List.copyOf(chunks);
    }
  }

  /** The bytes or the hashes are not the content's; none of them was kept. */
  record Corrupt(String reason) implements ChunkVerification {}
}
