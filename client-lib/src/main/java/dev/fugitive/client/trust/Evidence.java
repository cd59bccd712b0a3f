package dev.fugitive.client.trust;

import dev.fugitive.cache.content.Digest;

/**
 * Why we believe that a resource has a content: no evidence, no peers. Who states a root (a
 * voucher, our past, a manifest) states a whole representation, which is no evidence of this kind.
 */
public sealed interface Evidence {
  /** Where it came from, for whoever asks why. */
  EvidenceSource source();

  /** A flat digest: nothing is proven before the whole body is here. */
  record ProvesWhole(Digest digest, EvidenceSource source) implements Evidence {}
}
