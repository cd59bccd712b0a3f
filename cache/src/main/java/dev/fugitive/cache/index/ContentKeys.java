package dev.fugitive.cache.index;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.http.ResourceKey;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which resources have a response whose body is a content. Most contents belong to one resource and
 * cost one entry; a few (the empty one) belong to very many. Safe for use by several threads.
 */
final class ContentKeys {
  private final Map<ContentId, Set<ResourceKey>> keys = new ConcurrentHashMap<>();

  void add(Collection<ContentId> contents, ResourceKey key) {
    for (ContentId content : contents) {
      keys.merge(content, Set.of(key), ContentKeys::union);
    }
  }

  private static Set<ResourceKey> union(Set<ResourceKey> before, Set<ResourceKey> one) {
    if (before.containsAll(one)) {
      return before;
    }
    Set<ResourceKey> after = before.size() == 1 ? ConcurrentHashMap.newKeySet() : before;
    after.addAll(before);
    after.addAll(one);
    return after;
  }

  void remove(Collection<ContentId> contents, ResourceKey key) {
    for (ContentId content : contents) {
      keys.computeIfPresent(content, (id, before) -> difference(before, key));
    }
  }

  @SuppressWarnings("NullAway") // computeIfPresent takes null for "remove the entry"
  private static Set<ResourceKey> difference(Set<ResourceKey> before, ResourceKey key) {
    if (before.size() > 1) {
      before.remove(key);
      return before;
    }
    return before.contains(key) ? null : before;
  }

  /** At most so many resources of a content. */
  List<ResourceKey> of(ContentId content, int limit) {
    return keys.getOrDefault(content, Set.of()).stream().limit(limit).toList();
  }

  /** All resources of a content. */
  List<ResourceKey> of(ContentId content) {
    return of(content, Integer.MAX_VALUE);
  }
}
