package dev.fugitive.cache.store;

import dev.fugitive.cache.content.ContentId;
import java.io.IOException;
import java.nio.ByteBuffer;
import okio.Buffer;
import okio.Source;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/** Bytes in order of a content that is being assembled; waits for the chunks that are missing. */
final class AssemblySource implements Source {
  private final Assembly assembly;
  private final AssemblyHandle handle;
  private final long until;
  private final ByteTally tally;
  private final Timeout timeout = new Timeout();
  private @Nullable ByteBuffer current;
  private Provenance from = Provenance.MEMORY;

  /** Written by the reader's thread, read by whoever asks for the demand. */
  private volatile long position;

  private volatile boolean closed;

  /** Takes over the handle; the range must be within the content. */
  AssemblySource(Assembly assembly, AssemblyHandle handle, long from, long until, ByteTally tally) {
    this.assembly = assembly;
    this.handle = handle;
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
      assembly.tellDemand();
    }
  }

  /** The next byte this source wants, or the default where it wants none. */
  long demand(long none) {
    long next = position;
    return next == until ? none : next;
  }

  void checkOpen() throws IOException {
    if (closed) {
      throw new IOException("the source is closed");
    }
  }

  @Override
  public Timeout timeout() {
    return timeout;
  }

  @Override
  public void close() {
    closed = true;
    assembly.detach(this);
    handle.close();
  }
}
