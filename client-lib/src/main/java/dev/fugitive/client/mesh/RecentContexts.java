package dev.fugitive.client.mesh;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.client.peer.ContextId;
import dev.fugitive.client.signalling.Presence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** The contexts that were used last, as many as may be announced. */
final class RecentContexts {
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Map<String, ContextId> byHost =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ContextId> eldest) {
          return size() > Presence.MAX_CONTEXTS;
        }
      };

  /** A host was used; returns whether its context is new here. */
  boolean use(String host) {
    lock.lock();
    try {
      if (byHost.get(host) != null) {
        return false;
      }
      byHost.put(host, ContextId.ofHost(host));
      return true;
    } finally {
      lock.unlock();
    }
  }

  List<ContextId> ids() {
    lock.lock();
    try {
      return byHost.values().stream().distinct().toList();
    } finally {
      lock.unlock();
    }
  }
}
