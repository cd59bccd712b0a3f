package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.ContentId;
import java.util.List;

/**
 * A content that is here, or a part of it.
 *
 * @param urls whose body it is, the latest first, at most {@link
 *     dev.fugitive.cache.index.RepresentationIndex#MAX_FOUND}
 * @param holders tier-1 peers that say they have it
 * @param reaching tier-1 peers that say a peer of theirs has it
 */
public record HeldEntry(ContentId content, List<String> urls, int holders, int reaching) {
  public HeldEntry {
    urls = List.copyOf(urls);
  }
}
