package dev.fugitive.client.trust;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;

/** Why we believe that a resource has a content: no evidence, no peers. */
public sealed interface Evidence {
  /** Where it came from, for whoever asks why. */
  EvidenceSource source();

  /** A Merkle root: each chunk is proven as it comes, and may be read at once. */
  record ProvesChunks(ContentId content, EvidenceSource source) implements Evidence {}

  /** A flat digest: nothing is proven before the whole body is here. */
  record ProvesWhole(Digest digest, EvidenceSource source) implements Evidence {}
}
