package dev.fugitive.client.evidence;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.client.documents.Hearing;
import dev.fugitive.client.documents.ResourceName;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.trust.EvidenceSource;
import java.time.Instant;
import java.util.Optional;
import okio.ByteString;

/**
 * What decides for whom a document's word counts, and how long.
 *
 * @param document the document itself
 * @param source what its digests are evidence by
 * @param origin the document's, as {@link ResourceName#origin} spells it
 * @param program who asked for it, see {@link #programOf}; empty where that does not matter
 * @param isPublic whether the document was everybody's; what a private one says is not written to
 *     disk, and is no word about what a request with a cookie gets
 * @param signer whose voucher the document came with; empty where the origin, or our own, stands
 *     for it
 * @param expires when it counts no more
 */
public record DocumentFacts(
    ResourceName document,
    EvidenceSource source,
    Hearing hearing,
    String origin,
    ByteString program,
    boolean isPublic,
    Optional<PeerId> signer,
    Instant expires) {
  /** The same for another time. */
  DocumentFacts until(Instant changed) {
    return new DocumentFacts(document, source, hearing, origin, program, isPublic, signer, changed);
  }

  /** A program by what it says of itself, hashed; empty where it says nothing. */
  static ByteString programOf(Fields request) {
    return request
        .first("User-Agent")
        .map(name -> ByteString.encodeUtf8(name).sha256().substring(0, ResourceName.BYTES))
        .orElse(ByteString.EMPTY);
  }
}
