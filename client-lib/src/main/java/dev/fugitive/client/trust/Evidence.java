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

  /** What a voucher proves, once {@link VoucherCheck} accepted it. */
  static ProvesChunks ofVoucher(Voucher voucher) {
    return new ProvesChunks(voucher.content(), EvidenceSource.VOUCHER);
  }

  /**
   * What our own store proves, once the origin validated it (304, or an equal strong entity tag).
   */
  static ProvesChunks ofOwnPast(ContentId content) {
    return new ProvesChunks(content, EvidenceSource.OWN_PAST);
  }
}
