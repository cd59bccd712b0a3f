package dev.fugitive.cache.content;

import java.util.Set;

/** What hashing a whole body gave: its id and its flat digests. */
public record HashedContent(ContentId id, Set<Digest> digests) {
  public HashedContent {
    digests = Set.copyOf(digests);
  }
}
