package dev.fugitive.cache.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One file of the disk tier, opened when it is first used and again whenever it must be.
 *
 * <p>A file channel is closed under everybody's feet when one thread is interrupted while it reads
 * or writes, and fetches are cancelled by interrupting them. So the one who was interrupted gets an
 * {@link InterruptedIOException}, and the others open the file anew and go on where they were.
 */
final class StoreFile {
  private static final int MAX_REOPENS = 64;

  private final StoreFolder folder;

  @GuardedBy("this")
  private Path path;

  @GuardedBy("this")
  private boolean exists;

  @GuardedBy("this")
  private boolean gone;

  @GuardedBy("this")
  private StoreFiles.@Nullable OpenFile open;

  /**
   * A file at a path.
   *
   * @param exists false where the first use, by one thread, creates it
   */
  StoreFile(StoreFolder folder, Path path, boolean exists) {
    this.folder = folder;
    this.path = path;
    this.exists = exists;
  }

  /** Fills the buffer. */
  void read(ByteBuffer into, long position) throws IOException {
    long start = position - into.position();
    transfer(into, file -> readSome(file, into, start));
  }

  private static void readSome(StoreFiles.OpenFile file, ByteBuffer into, long start)
      throws IOException {
    if (file.read(into, start + into.position()) < 0) {
      throw new EOFException("the file ends at " + (start + into.position()));
    }
  }

  /** Writes all of the buffer. */
  void write(ByteBuffer bytes, long position) throws IOException {
    long start = position - bytes.position();
    transfer(bytes, file -> file.write(bytes, start + bytes.position()));
  }

  private interface Step {
    void run(StoreFiles.OpenFile file) throws IOException;
  }

  private void transfer(ByteBuffer buffer, Step step) throws IOException {
    int reopens = 0;
    while (buffer.hasRemaining()) {
      StoreFiles.OpenFile file = opened();
      try {
        step.run(file);
      } catch (ClosedByInterruptException e) {
        drop(file);
        InterruptedIOException interrupted = new InterruptedIOException("interrupted at a file");
        interrupted.initCause(e);
        throw interrupted;
      } catch (ClosedChannelException e) {
        drop(file);
        if (++reopens > MAX_REOPENS) {
          throw e;
        }
      }
    }
  }

  /** The open file; two who open it at once agree on one. */
  StoreFiles.OpenFile opened() throws IOException {
    Path at;
    boolean create;
    synchronized (this) {
      if (gone) {
        throw new IOException("the file is deleted");
      }
      if (open != null) {
        return open;
      }
      at = path;
      create = !exists;
    }
    StoreFiles.OpenFile mine = folder.open(at, create);
    synchronized (this) {
      exists = true;
      if (open == null && !gone) {
        open = mine;
        return mine;
      }
    }
    folder.close(mine);
    return opened();
  }

  private void drop(StoreFiles.OpenFile file) throws IOException {
    synchronized (this) {
      if (open == file) {
        open = null;
      }
    }
    folder.close(file);
  }

  /** The file is at another path now. */
  void move(Path to) throws IOException {
    folder.move(path(), to);
    synchronized (this) {
      path = to;
    }
  }

  synchronized Path path() {
    return path;
  }

  /** Closes the file until somebody uses it again. */
  void rest() throws IOException {
    StoreFiles.OpenFile file;
    synchronized (this) {
      file = open;
      open = null;
    }
    if (file != null) {
      folder.close(file);
    }
  }

  /** Closes and deletes the file. */
  void delete() throws IOException {
    Path at;
    synchronized (this) {
      gone = true;
      at = path;
    }
    rest();
    folder.delete(at);
  }
}
