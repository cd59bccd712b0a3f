package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.ContentId;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Source;

/**
 * A part of a body on its way from the origin to its reader, kept as it is read. Where it cannot be
 * kept, the reader does not notice. Read by one thread, which alone keeps; closed by any.
 */
final class KeepingSource extends ForwardingSource {
  private final PartialLibrary.Kept kept;
  private final long until;
  private final Runnable whenEnded;
  private final Buffer pending = new Buffer();
  private long position;
  private boolean keeping = true;
  private final AtomicBoolean ended = new AtomicBoolean();

  /** Set by whoever closes; nothing is kept from then on. */
  private volatile boolean closed;

  /**
   * @param from the position of the first byte in the whole body
   * @param until the end that was announced, exclusive
   * @param whenEnded runs once, when no more will come
   */
  KeepingSource(
      Source origin, PartialLibrary.Kept kept, long from, long until, Runnable whenEnded) {
    super(origin);
    this.kept = kept;
    this.position = from;
    this.until = until;
    this.whenEnded = whenEnded;
  }

  @Override
  public long read(Buffer sink, long byteCount) throws IOException {
    long read;
    try {
      read = super.read(sink, byteCount);
    } catch (IOException e) {
      flush();
      throw e;
    }
    if (read < 0) {
      flush();
    } else if (mayKeep()) {
      take(sink, read);
    }
    return read;
  }

  private void take(Buffer sink, long byteCount) {
    if (position + pending.size() + byteCount > until) {
      // more than announced: what of it is right nobody knows
      keeping = false;
      kept.bytes().forget();
      return;
    }
    sink.copyTo(pending, sink.size() - byteCount, byteCount);
    long endOfChunk = (position / ContentId.CHUNK_BYTES + 1) * ContentId.CHUNK_BYTES;
    while (mayKeep() && position + pending.size() >= endOfChunk) {
      keep(endOfChunk - position);
      endOfChunk += ContentId.CHUNK_BYTES;
    }
    if (position + pending.size() == until) {
      flush();
    }
  }

  private void keep(long byteCount) {
    Buffer piece = new Buffer();
    piece.write(pending, byteCount);
    keeping &= kept.bytes().put(position, piece.readByteString().asByteBuffer());
    position += byteCount;
  }

  private boolean mayKeep() {
    return keeping && !closed;
  }

  /** No more will come: what is pending is kept, too. */
  private void flush() {
    if (mayKeep() && pending.size() > 0) {
      keep(pending.size());
    }
    keeping = false;
    end();
  }

  private void end() {
    if (ended.compareAndSet(false, true)) {
      whenEnded.run();
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    try {
      super.close();
    } finally {
      end();
    }
  }
}
