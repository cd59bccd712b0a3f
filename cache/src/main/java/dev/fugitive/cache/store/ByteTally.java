package dev.fugitive.cache.store;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** Bytes counted by provenance; safe for use by several threads. */
public final class ByteTally {
  private final Map<Provenance, LongAdder> bytes = new EnumMap<>(Provenance.class);

  public ByteTally() {
    for (Provenance from : Provenance.values()) {
      bytes.put(from, new LongAdder());
    }
  }

  /** Adds bytes that came from one place. */
  public void add(Provenance from, long byteCount) {
    counter(from).add(byteCount);
  }

  /** Bytes that came from one place so far. */
  public long bytes(Provenance from) {
    return counter(from).sum();
  }

  /** Bytes from everywhere so far. */
  public long total() {
    return bytes.values().stream().mapToLong(LongAdder::sum).sum();
  }

  private LongAdder counter(Provenance from) {
    return Objects.requireNonNull(bytes.get(from));
  }
}
