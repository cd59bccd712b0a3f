package dev.fugitive.proxy;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has been started, to be closed in the opposite order; a part that fails to close does not
 * keep the others from it. Confined to the thread that starts, then to the one that closes.
 */
final class Closing implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  <T extends AutoCloseable> T add(T part) {
    parts.push(part);
    return part;
  }

  /** Everything added so far, for a new owner; nothing is left here to close. */
  Closing handOver() {
    Closing owner = new Closing();
    owner.parts.addAll(parts);
    parts.clear();
    return owner;
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception failure) {
        LOG.warn("closing failed", failure);
      }
    }
  }
}
