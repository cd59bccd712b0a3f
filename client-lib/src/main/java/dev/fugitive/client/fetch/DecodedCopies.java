package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.store.HeldContent;
import dev.fugitive.client.documents.Decompression;
import dev.fugitive.client.evidence.Named;
import dev.fugitive.client.trust.Evidence;
import dev.fugitive.client.trust.EvidenceRules;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands behind the content codings of what is held. A page's {@code integrity} names that, so
 * a coded copy is offered by it, and found by it.
 */
final class DecodedCopies {
  private static final Logger LOG = LoggerFactory.getLogger(DecodedCopies.class);

  private final Library library;
  private final SharedHoldings shared;
  private final DecodedDigests known;

  DecodedCopies(Library library, SharedHoldings shared, DecodedDigests known) {
    this.library = library;
    this.shared = shared;
    this.known = known;
  }

  /**
   * Offers an answer of the origin that has a content coding by the digests that pages name of what
   * is behind it. Who asks by them proves what he decodes.
   *
   * @param named what documents say about it
   */
  void offer(Library.Arrival arrival, Named named) {
    List<Digest> behind =
        named.evidence().stream()
            .filter(each -> EvidenceRules.namesDecoded(each, arrival.request(), arrival.head()))
            .map(Evidence.ProvesWhole::digest)
            .toList();
    Optional<Decompression.Coding> coding =
        Decompression.ofContent(arrival.head().fields().all("Content-Encoding"));
    if (behind.isEmpty() || coding.isEmpty() || !library.sharing().isShareable(arrival)) {
      return;
    }
    try {
      Set<Digest> digests = decoded(arrival.content().id(), coding.get(), named.algorithms());
      digests.retainAll(behind);
      if (!digests.isEmpty()) {
        known.add(arrival.content().id(), digests);
        shared.offer(arrival.asStored(), digests);
      }
    } catch (IOException e) {
      LOG.debug("{} is offered in its coding alone: {}", arrival.request().url(), e.getMessage());
    }
  }

  private Set<Digest> decoded(
      ContentId content, Decompression.Coding coding, Set<Digest.Algorithm> algorithms)
      throws IOException {
    Optional<HeldContent> held = library.openWhole(content);
    if (held.isEmpty()) {
      return new HashSet<>();
    }
    try (HeldContent coded = held.get()) {
      return Unencoded.of(coded, coding, algorithms)
          .map(decoded -> new HashSet<>(decoded.digests()))
          .orElseGet(HashSet::new);
    }
  }

  /**
   * Finds the coding behind which a content that is held has this digest.
   *
   * @param algorithms by which the decoded bytes are hashed
   */
  Optional<Unencoded> find(ContentId content, Digest digest, Set<Digest.Algorithm> algorithms)
      throws IOException {
    Optional<HeldContent> held = library.openWhole(content);
    if (held.isEmpty()) {
      return Optional.empty();
    }
    try (HeldContent coded = held.get()) {
      return Unencoded.find(coded, digest, algorithms);
    }
  }
}
