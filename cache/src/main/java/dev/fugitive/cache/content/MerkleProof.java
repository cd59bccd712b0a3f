package dev.fugitive.cache.content;

import java.util.List;
import okio.ByteString;

/**
 * The hashes beside the path from consecutive chunks up to the root, in the order in which a
 * verifier needs them (from the leaves up; at each layer first the left then the right one, where
 * needed; {@link TreeLayout} draws it).
 */
public record MerkleProof(int firstChunk, int chunkCount, List<ByteString> hashes) {
  public MerkleProof {
    hashes = List.copyOf(hashes);
  }
}
