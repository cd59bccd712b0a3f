package dev.fugitive.cache.store;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.content.MerkleTree;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** The last step of every fill: a body becomes a content that the catalogue holds. */
final class Publishing {
  private final Medium medium;
  private final Catalogue catalogue;

  Publishing(Medium medium, Catalogue catalogue) {
    this.medium = medium;
    this.catalogue = catalogue;
  }

  /**
   * Publishes a body; its reservation is then the content's.
   *
   * @return the content, pinned; empty where the same content is held already, or is being
   *     published by somebody else at this moment: then the body stays what it was
   */
  Optional<Catalogue.Entry> publish(
      FillBody body, Reservation reservation, MerkleTree tree, Set<Digest> digests)
      throws IOException {
    ContentId id = tree.id();
    if (!catalogue.claim(id)) {
      return Optional.empty();
    }
    boolean added = false;
    try {
      long cost = medium.cost(id.length());
      reservation.growTo(cost);
      StoredContent content = body.publish(tree, digests);
      reservation.endWith(cost);
      Catalogue.Entry entry = catalogue.add(content, cost);
      added = true;
      return Optional.of(entry);
    } finally {
      if (!added) {
        catalogue.disclaim(id);
      }
    }
  }
}
