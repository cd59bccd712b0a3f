package dev.fugitive.cache.store;

import java.util.concurrent.atomic.AtomicLongArray;

/** Bytes counted by provenance; safe for use by several threads. */
public final class ByteTally {
  private final AtomicLongArray bytes = new AtomicLongArray(Provenance.values().length);

  /** Adds bytes that came from one place. */
  public void add(Provenance from, long byteCount) {
    var unused = bytes.addAndGet(from.ordinal(), byteCount);
  }

  /** Bytes that came from one place so far. */
  public long bytes(Provenance from) {
    return bytes.get(from.ordinal());
  }

  /** Bytes from everywhere so far. */
  public long total() {
    long total = 0;
    for (int i = 0; i < bytes.length(); i++) {
      total += bytes.get(i);
    }
    return total;
  }
}
