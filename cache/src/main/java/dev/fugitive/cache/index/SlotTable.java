package dev.fugitive.cache.index;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.http.ResourceKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The slots of all resources, and how many bytes of each segment are still in use. Changed by the
 * writing thread only, read by any.
 */
final class SlotTable {
  private final ConcurrentHashMap<ResourceKey, Slot> slots = new ConcurrentHashMap<>();
  private final ContentKeys byContent = new ContentKeys();

  /** By segment; confined to the writing thread. */
  private final Map<Integer, Integer> liveBytes = new HashMap<>();

  @Nullable Slot get(ResourceKey key) {
    return slots.get(key);
  }

  List<ResourceKey> keysOf(ContentId content) {
    return byContent.of(content);
  }

  List<ResourceKey> keysOf(ContentId content, int limit) {
    return byContent.of(content, limit);
  }

  int size() {
    return slots.size();
  }

  int liveBytes(int segment) {
    return liveBytes.getOrDefault(segment, 0);
  }

  /** Makes this the slot of the resource; gives the one it had. */
  @Nullable Slot place(ResourceKey key, Slot slot) {
    Slot before = slots.put(key, slot);
    if (before != null) {
      release(key, before);
    }
    byContent.add(slot.contents, key);
    liveBytes.merge(slot.segment, slot.length, Integer::sum);
    return before;
  }

  /** Forgets a resource; gives the slot it had. */
  @Nullable Slot drop(ResourceKey key) {
    Slot before = slots.remove(key);
    if (before != null) {
      release(key, before);
    }
    return before;
  }

  private void release(ResourceKey key, Slot slot) {
    byContent.remove(slot.contents, key);
    liveBytes.merge(slot.segment, -slot.length, Integer::sum);
  }

  /** Forgets every resource whose record lies in this segment; gives how many. */
  int dropSegment(int segment) {
    List<ResourceKey> keys = new ArrayList<>();
    slots.forEach((key, slot) -> {
      if (slot.segment == segment) {
        keys.add(key);
      }
    });
    keys.forEach(this::drop);
    liveBytes.remove(segment);
    return keys.size();
  }

  /** Forgets everything; gives how many resources there were. */
  int clear() {
    List<ResourceKey> keys = List.copyOf(slots.keySet());
    keys.forEach(this::drop);
    return keys.size();
  }
}
