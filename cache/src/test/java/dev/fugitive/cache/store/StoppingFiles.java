package dev.fugitive.cache.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/**
 * Real files on a machine that stops: the operation at which it stops is done by half where it is a
 * write and not at all where it is another, and none after it is done.
 */
final class StoppingFiles implements StoreFiles {
  private final StoreFiles real = new NioFiles();
  private final AtomicInteger operations = new AtomicInteger();
  private final IntPredicate stopped;
  private final Runnable afterWrite;

  /**
   * Counts the operations that change something from 1 on.
   *
   * @param stopped whether an operation fails
   */
  StoppingFiles(IntPredicate stopped, Runnable afterWrite) {
    this.stopped = stopped;
    this.afterWrite = afterWrite;
  }

  int operations() {
    return operations.get();
  }

  private void step() throws IOException {
    if (stopped.test(operations.incrementAndGet())) {
      throw new IOException("the machine has stopped");
    }
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    step();
    real.createDirectories(directory);
  }

  @Override
  public List<Found> list(Path directory) throws IOException {
    return real.list(directory);
  }

  @Override
  public OpenFile open(Path path, boolean create) throws IOException {
    if (create) {
      step();
    }
    return new Open(real.open(path, create));
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    step();
    real.move(from, to);
  }

  @Override
  public void delete(Path path) throws IOException {
    step();
    real.delete(path);
  }

  @Override
  public void touch(Path path, Instant modified) throws IOException {
    step();
    real.touch(path, modified);
  }

  /** A file whose write may be the one at which the machine stops. */
  private final class Open implements OpenFile {
    private final OpenFile file;

    Open(OpenFile file) {
      this.file = file;
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      return file.read(into, position);
    }

    @Override
    public int write(ByteBuffer bytes, long position) throws IOException {
      int number = operations.incrementAndGet();
      if (stopped.test(number)) {
        if (!stopped.test(number - 1)) {
          file.write(bytes.slice(bytes.position(), bytes.remaining() / 2), position);
        }
        throw new IOException("the machine has stopped");
      }
      int written = file.write(bytes, position);
      afterWrite.run();
      return written;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
