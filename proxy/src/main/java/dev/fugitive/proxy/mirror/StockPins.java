package dev.fugitive.proxy.mirror;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.fetch.Stock;
import dev.fugitive.client.mirror.Pins;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pins in the node's own store, beside the user's. What was pinned is remembered by its content: a
 * URL may answer with another by the time it is let go. The store remembers it across restarts.
 */
public final class StockPins implements Pins {
  private static final Logger LOG = LoggerFactory.getLogger(StockPins.class);

  private final Stock stock;
  private final Map<String, Set<ContentId>> pinned = new HashMap<>();

  /** How many URLs each content is pinned for. */
  private final Map<ContentId, Integer> uses = new HashMap<>();

  public StockPins(Stock stock) {
    this.stock = stock;
  }

  @Override
  public void begin(Set<String> urls) {
    Set<ContentId> before = stock.pinnedByMirror();
    for (String url : urls) {
      Set<ContentId> here = new HashSet<>(stock.held(url));
      here.retainAll(before);
      note(url, here);
    }
    before.stream().filter(content -> !uses.containsKey(content)).forEach(this::unpin);
  }

  @Override
  public void pin(String url) throws IOException {
    Set<ContentId> now = stock.held(url);
    if (now.isEmpty()) {
      return;
    }
    try {
      pinAll(now);
    } catch (IOException noRoomForBoth) {
      release(url);
      pinAll(now);
    }
    Set<ContentId> before = pinned.getOrDefault(url, Set.of());
    note(url, now);
    before.forEach(this::letGo);
  }

  private void pinAll(Set<ContentId> contents) throws IOException {
    try {
      for (ContentId content : contents) {
        if (!uses.containsKey(content)) {
          stock.pinForMirror(content);
        }
      }
    } catch (IOException noRoom) {
      contents.stream().filter(content -> !uses.containsKey(content)).forEach(this::unpin);
      throw noRoom;
    }
  }

  private void note(String url, Set<ContentId> contents) {
    pinned.put(url, contents);
    contents.forEach(content -> uses.merge(content, 1, Integer::sum));
  }

  @Override
  public void release(String url) {
    Set<ContentId> contents = pinned.remove(url);
    if (contents != null) {
      contents.forEach(this::letGo);
    }
  }

  private void letGo(ContentId content) {
    if (uses.merge(content, -1, Integer::sum) == 0) {
      uses.remove(content);
      unpin(content);
    }
  }

  private void unpin(ContentId content) {
    try {
      stock.unpinForMirror(content);
    } catch (IOException e) {
      LOG.warn("{} stays pinned until the next start: {}", content, e.getMessage());
    }
  }
}
