package dev.fugitive.client.mesh;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has bans written to their file behind the back of the mesh's loop, which waits for no disk. Where
 * they change faster than they can be written, only the last state is.
 */
final class BanKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(BanKeeper.class);

  private final BanFile file;
  private final Predicate<Runnable> fork;
  private final AtomicReference<@Nullable List<BanFile.Kept>> latest = new AtomicReference<>();

  /** Held while the file is written: a later state must not be overtaken by an earlier one. */
  private final ReentrantLock writing = new ReentrantLock();

  /**
   * @param fork runs what may block on a virtual thread; false where that is over
   */
  BanKeeper(Path file, Predicate<Runnable> fork) {
    this.file = new BanFile(file);
    this.fork = fork;
  }

  List<BanFile.Kept> read(Instant now) {
    return file.read(now);
  }

  /** Has this state written soon. Never blocks. */
  void keep(List<BanFile.Kept> bans) {
    boolean noneWaited = latest.getAndSet(List.copyOf(bans)) == null;
    if (noneWaited && !fork.test(this::write)) {
      LOG.debug("bans are written when all else has ended");
    }
  }

  /** Writes what was not written yet; blocks. */
  void write() {
    writing.lock();
    try {
      List<BanFile.Kept> bans = latest.getAndSet(null);
      if (bans != null) {
        file.write(bans);
      }
    } catch (IOException e) {
      LOG.warn("bans may not survive a restart: {}", e.toString());
    } finally {
      writing.unlock();
    }
  }
}
