package dev.fugitive.client.manifest;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import okio.ByteString;

/**
 * What a manifest states about one file.
 *
 * @param content its length and Merkle root
 * @param sha256 of the whole
 * @param leavesPublished whether the hashes of its chunks are published beside the manifest
 */
public record ManifestEntry(ContentId content, ByteString sha256, boolean leavesPublished) {
  /** Below this a file is not worth fetching in parts from many, and its leaves are left out. */
  public static final long MIN_LEAVES_BYTES = 256L * 1024;

  public ManifestEntry {
    if (sha256.size() != Digest.Algorithm.SHA_256.byteCount()) {
      throw new IllegalArgumentException(
          "SHA-256 bytes: %d (expected: %d)"
              .formatted(sha256.size(), Digest.Algorithm.SHA_256.byteCount()));
    }
  }

  /** The flat digest of the whole. */
  public Digest digest() {
    return new Digest(Digest.Algorithm.SHA_256, sha256);
  }
}
