package dev.fugitive.cache.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Who reads an assembly, how far they are, and who is told whenever that changes. Safe for use by
 * several threads.
 */
final class Demand {
  private final long lengthBytes;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  @GuardedBy("this")
  private final Set<AssemblySource> sources = new HashSet<>();

  /**
   * @param lengthBytes of the whole content
   */
  Demand(long lengthBytes) {
    this.lengthBytes = lengthBytes;
  }

  void attach(AssemblySource source) {
    synchronized (this) {
      sources.add(source);
    }
    tell();
  }

  void detach(AssemblySource source) {
    synchronized (this) {
      sources.remove(source);
    }
    tell();
  }

  /** How many read whom somebody may still bring something. */
  synchronized int readers() {
    return (int) sources.stream().filter(AssemblySource::isServed).count();
  }

  /** The first byte that one of them wants next; the length where none wants any. */
  synchronized long firstByte() {
    return sources.stream()
        .filter(AssemblySource::isServed)
        .mapToLong(source -> source.demand(lengthBytes))
        .min()
        .orElse(lengthBytes);
  }

  void addListener(Runnable listener) {
    listeners.add(listener);
  }

  void removeListener(Runnable listener) {
    listeners.remove(listener);
  }

  /** Somebody wants something else than before. */
  void tell() {
    listeners.forEach(Runnable::run);
  }
}
