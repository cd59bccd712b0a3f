package dev.fugitive.cache.store;

import dev.fugitive.cache.content.ContentId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import okio.Buffer;
import okio.Source;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/** Bytes in order of a content that is being assembled; waits for the chunks that are missing. */
final class AssemblySource implements Source {
  private final Assembly assembly;
  private final AssemblyHandle opener;
  private final long until;
  private final ByteTally tally;
  private final Timeout timeout = new Timeout();
  private @Nullable ByteBuffer current;
  private Provenance from = Provenance.MEMORY;

  /** Written by the reader's thread, read by whoever asks for the demand. */
  private volatile long position;

  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Takes over one retained handle; the range must be within the content.
   *
   * @param opener where this one fails, so does the source
   */
  AssemblySource(Assembly assembly, AssemblyHandle opener, long from, long until, ByteTally tally) {
    this.assembly = assembly;
    this.opener = opener;
    this.position = from;
    this.until = until;
    this.tally = tally;
  }

  @Override
  public long read(Buffer sink, long byteCount) throws IOException {
    checkOpen();
    if (position == until) {
      return -1;
    }
    if (byteCount == 0) {
      return 0;
    }
    ByteBuffer chunk = currentChunk();
    int taken = (int) Math.min(byteCount, Math.min(chunk.remaining(), until - position));
    sink.write(chunk.slice(chunk.position(), taken));
    chunk.position(chunk.position() + taken);
    tally.add(from, taken);
    moveTo(position + taken);
    return taken;
  }

  private ByteBuffer currentChunk() throws IOException {
    ByteBuffer chunk = current;
    if (chunk != null && chunk.hasRemaining()) {
      return chunk;
    }
    int index = (int) (position / ContentId.CHUNK_BYTES);
    from = assembly.await(index, this, timeout);
    chunk = assembly.read(index);
    chunk.position(chunk.position() + (int) (position % ContentId.CHUNK_BYTES));
    current = chunk;
    return chunk;
  }

  private void moveTo(long next) {
    boolean otherChunk = next / ContentId.CHUNK_BYTES != position / ContentId.CHUNK_BYTES;
    position = next;
    if (otherChunk) {
      assembly.demand().tell();
    }
  }

  /** The next byte this source wants, or the default where it wants none. */
  long demand(long none) {
    long next = position;
    return next == until ? none : next;
  }

  AssemblyHandle opener() {
    return opener;
  }

  /** Whether somebody may still bring what it waits for. */
  boolean isServed() {
    return !opener.hasFailed();
  }

  void checkOpen() throws IOException {
    if (closed.get()) {
      throw new IOException("the source is closed");
    }
    opener.checkNotFailed();
  }

  @Override
  public Timeout timeout() {
    return timeout;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      assembly.detach(this);
      assembly.release();
    }
  }
}
