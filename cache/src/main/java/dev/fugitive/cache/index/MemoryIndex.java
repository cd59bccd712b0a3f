package dev.fugitive.cache.index;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.cache.http.StoredResponse;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** An index without a directory: read this one first, {@link LogIndex} second. */
final class MemoryIndex implements RepresentationIndex {
  private final Cache<ResourceKey, List<StoredResponse>> responses;
  private final ContentKeys byContent = new ContentKeys();
  private final LongAdder evicted = new LongAdder();
  private final long limitBytes;

  MemoryIndex(long limitBytes) {
    if (limitBytes < 1) {
      throw new IllegalArgumentException("limit bytes: " + limitBytes + " (expected: at least 1)");
    }
    this.limitBytes = limitBytes;
    responses =
        Caffeine.newBuilder()
            .maximumWeight(limitBytes)
            .weigher((ResourceKey key, List<StoredResponse> list) -> Variants.weightBytes(list))
            .evictionListener(this::onEviction)
            .executor(Runnable::run)
            .build();
  }

  /** Called by Caffeine while it holds the entry, so that no put comes between. */
  private void onEviction(
      @Nullable ResourceKey key, @Nullable List<StoredResponse> list, RemovalCause cause) {
    if (key != null && list != null) {
      byContent.remove(Variants.contents(list), key);
      evicted.increment();
    }
  }

  @Override
  public void put(StoredResponse response) {
    responses
        .asMap()
        .compute(
            response.primaryKey(),
            (key, before) -> {
              List<StoredResponse> known = before == null ? List.of() : before;
              return replaced(key, known, Variants.with(known, response));
            });
  }

  @Override
  public List<StoredResponse> get(ResourceKey primaryKey) {
    List<StoredResponse> found = responses.getIfPresent(primaryKey);
    return found == null ? List.of() : found;
  }

  @Override
  public List<StoredResponse> getInMemory(ResourceKey primaryKey) {
    return get(primaryKey);
  }

  @Override
  public List<StoredResponse> find(ContentId content) {
    return byContent.of(content, MAX_FOUND).stream()
        .flatMap(key -> get(key).stream())
        .filter(one -> one.content().equals(content))
        .limit(MAX_FOUND)
        .toList();
  }

  @Override
  public void remove(ResourceKey primaryKey) {
    responses
        .asMap()
        .computeIfPresent(primaryKey, (key, before) -> replaced(key, before, List.of()));
  }

  @Override
  public void removeContent(ContentId content) {
    for (ResourceKey primaryKey : byContent.of(content)) {
      responses
          .asMap()
          .computeIfPresent(
              primaryKey,
              (key, before) -> replaced(key, before, Variants.without(before, content)));
    }
  }

  @SuppressWarnings("NullAway") // the map's compute methods take null for "remove the entry"
  private List<StoredResponse> replaced(
      ResourceKey key, List<StoredResponse> before, List<StoredResponse> after) {
    byContent.remove(Variants.contents(before), key);
    byContent.add(Variants.contents(after), key);
    return after.isEmpty() ? null : after;
  }

  @Override
  public IndexStatus status() {
    responses.cleanUp();
    long bytes = responses.policy().eviction().orElseThrow().weightedSize().orElse(0);
    return new IndexStatus(
        responses.estimatedSize(), bytes, limitBytes, bytes, evicted.sum(), 0, 0);
  }

  @Override
  public void close() {
    responses.invalidateAll();
  }
}
