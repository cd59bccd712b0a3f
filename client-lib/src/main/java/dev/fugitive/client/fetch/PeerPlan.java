package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.http.StoredResponse;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.trust.Evidence;
import dev.fugitive.client.trust.Why;
import java.util.List;

/** How peers can take part in answering a request. */
sealed interface PeerPlan {
  /** Not at all. */
  record WithoutPeers(Why why) implements PeerPlan {}

  /**
   * The head is believed and its content's root known: each chunk is proven as it comes.
   *
   * @param believed the representation as a voucher or our own past states it
   */
  record ByRoot(StoredResponse believed, List<PeerSession> holders) implements PeerPlan {}

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
