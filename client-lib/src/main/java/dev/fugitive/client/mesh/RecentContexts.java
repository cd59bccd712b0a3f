package dev.fugitive.client.mesh;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.client.peer.ContextId;
import dev.fugitive.client.signalling.Presence;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** The contexts that were used last, as many as may be announced, and those that always are. */
final class RecentContexts {
  private static final int MAX_PINNED = 16;

  private final ReentrantLock lock = new ReentrantLock();

  /** In the order of use, the last used last. */
  @GuardedBy("lock")
  private final Map<String, ContextId> byHost = new LinkedHashMap<>(16, 0.75f, true);

  @GuardedBy("lock")
  private final Set<ContextId> pinned = new LinkedHashSet<>();

  /**
   * From now on these contexts are announced whatever else is used, and no others.
   *
   * @return those for which there is no room
   */
  List<String> pinOnly(Collection<String> names) {
    lock.lock();
    try {
      pinned.clear();
      pinned.addAll(names.stream().limit(MAX_PINNED).map(ContextId::ofHost).toList());
      while (byHost.size() + pinned.size() > Presence.MAX_CONTEXTS) {
        byHost.remove(byHost.keySet().iterator().next());
      }
      return names.stream().skip(MAX_PINNED).toList();
    } finally {
      lock.unlock();
    }
  }

  /** A host was used; returns whether its context is new here. */
  boolean use(String host) {
    lock.lock();
    try {
      if (byHost.get(host) != null) {
        return false;
      }
      byHost.put(host, ContextId.ofHost(host));
      if (byHost.size() + pinned.size() > Presence.MAX_CONTEXTS) {
        byHost.remove(byHost.keySet().iterator().next());
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  List<ContextId> ids() {
    lock.lock();
    try {
      return Stream.concat(pinned.stream(), byHost.values().stream()).distinct().toList();
    } finally {
      lock.unlock();
    }
  }
}
