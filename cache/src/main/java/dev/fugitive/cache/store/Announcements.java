package dev.fugitive.cache.store;

import dev.fugitive.cache.content.ContentId;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Tells listeners what became and ceased to be whole, in the order in which it happened: changes
 * are noted under the lock that makes them, and told afterwards without it.
 */
final class Announcements {
  private final List<ContentListener> listeners = new CopyOnWriteArrayList<>();
  private final Queue<Consumer<ContentListener>> noted = new ConcurrentLinkedQueue<>();
  private final ReentrantLock telling = new ReentrantLock();

  void addListener(ContentListener listener) {
    listeners.add(listener);
  }

  /** To be called under the catalogue's lock. */
  void noteAdded(ContentId id) {
    noted.add(listener -> listener.onAdded(id));
  }

  /** To be called under the catalogue's lock. */
  void noteRemoved(ContentId id, ContentListener.RemovalCause cause) {
    noted.add(listener -> listener.onRemoved(id, cause));
  }

  /** To be called without any lock; whoever tells already tells this too. */
  void tell() {
    while (!noted.isEmpty() && telling.tryLock()) {
      try {
        Consumer<ContentListener> change = noted.poll();
        if (change != null) {
          listeners.forEach(change);
        }
      } finally {
        telling.unlock();
      }
    }
  }
}
