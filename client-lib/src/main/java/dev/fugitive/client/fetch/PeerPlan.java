package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.http.StoredResponse;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.trust.Evidence;
import dev.fugitive.client.trust.Why;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** How peers can take part in answering a request. */
sealed interface PeerPlan {
  /** Not at all. */
  record WithoutPeers(Why why) implements PeerPlan {}

  /**
   * The head is believed and its content's root known: each chunk is proven as it comes.
   *
   * @param believed the representation as a voucher, our own past, or the origin's answer to HEAD
   *     with its manifest state it
   * @param relays peers who do not hold it, and through whom it can be had
   * @param published whether the publisher's own manifest names the content
   * @param leaves the hashes of its chunks, where they are published too
   */
  record ByRoot(
      StoredResponse believed,
      List<PeerSession> holders,
      List<PeerSession> relays,
      boolean published,
      Optional<ByteBuffer> leaves)
      implements PeerPlan {
    /** What a voucher or our own past states. */
    ByRoot(StoredResponse believed, List<PeerSession> holders, List<PeerSession> relays) {
      this(believed, holders, relays, false, Optional.empty());
    }
  }

  /** The site's manifest names the content; the head is the origin's to give. */
  record ByManifest(SiteManifests.Stated stated) implements PeerPlan {}

  /**
   * A flat digest is known, and peers claim contents for it: nothing is proven before the whole is
   * here.
   *
   * @param claims what each peer claims, best first
   */
  record ByDigest(Evidence.ProvesWhole evidence, List<Claim> claims) implements PeerPlan {}

  /**
   * Peers say to have the resource, but nothing says what it is: the origin may, without its body.
   */
  record ByOriginsDigest() implements PeerPlan {}

  /** One peer's word that a content has the digest. */
  record Claim(PeerSession session, ContentId content) {}
}
