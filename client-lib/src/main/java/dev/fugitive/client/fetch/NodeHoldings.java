package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.cache.http.StoredResponse;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;

/** What a running node holds, for its owner to look at and to have forgotten. */
final class NodeHoldings {
  private final NodeStores stores;
  private final Library library;
  private final PeerAccess peers;

  NodeHoldings(NodeStores stores, Library library, PeerAccess peers) {
    this.stores = stores;
    this.library = library;
    this.peers = peers;
  }

  /** Contents that are here, the longest first. */
  List<HeldEntry> contents(int from, int atMost) {
    return stores.contents().ids().stream()
        .sorted(
            Comparator.comparingLong(ContentId::length)
                .reversed()
                .thenComparing(ContentId::toString))
        .skip(from)
        .limit(atMost)
        .map(this::entry)
        .toList();
  }

  private HeldEntry entry(ContentId content) {
    List<String> urls =
        stores.index().find(content).stream().map(StoredResponse::url).distinct().toList();
    return peers
        .network()
        .map(on ->
            new HeldEntry(
                content,
                urls,
                on.routing().holdersOf(content).size(),
                on.routing().reaching(content).size()))
        .orElseGet(() -> new HeldEntry(content, urls, 0, 0));
  }

  /** Forgets all variants of a URL, and the bodies that no other URL has; returns how many. */
  int purge(String url) throws IOException {
    ResourceKey key = ResourceKey.primary("GET", url);
    List<StoredResponse> stored = stores.index().get(key);
    library.forget(key);
    for (StoredResponse response : stored) {
      boolean stillUsed =
          stores.index().find(response.content()).stream()
              .anyMatch(other -> !other.primaryKey().equals(key));
      if (!stillUsed) {
        library.remove(response.content());
      }
    }
    return stored.size();
  }

  /** Forgets all that is stored; returns how many contents that were. */
  int purgeAll() throws IOException {
    int purged = 0;
    for (ContentId content : stores.contents().ids()) {
      for (StoredResponse response : stores.index().find(content)) {
        library.forget(response.primaryKey());
      }
      library.remove(content);
      purged++;
    }
    return purged;
  }
}
