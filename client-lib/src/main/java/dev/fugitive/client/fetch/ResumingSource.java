package dev.fugitive.client.fetch;

import dev.fugitive.cache.store.ByteTally;
import dev.fugitive.cache.store.DamagedContentException;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.transfer.OriginRanges;
import java.io.IOException;
import okio.Buffer;
import okio.Source;
import okio.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bytes out of the store that go on from the origin where the disk turns out to be damaged. */
final class ResumingSource implements Source {
  private static final Logger LOG = LoggerFactory.getLogger(ResumingSource.class);

  private final OriginRanges origin;
  private final ByteTally tally;
  private final long untilByte;
  private long position;
  // Replaced once, by the reader's thread; closed by any.
  private volatile Source current;
  private volatile boolean resumed;
  private volatile boolean closed;

  /**
   * @param fromByte where the stored bytes begin in the body
   * @param untilByte their end, exclusive
   */
  ResumingSource(
      Source stored, OriginRanges origin, long fromByte, long untilByte, ByteTally tally) {
    this.current = stored;
    this.origin = origin;
    this.position = fromByte;
    this.untilByte = untilByte;
    this.tally = tally;
  }

  @Override
  public long read(Buffer sink, long byteCount) throws IOException {
    if (position == untilByte) {
      return -1;
    }
    long read = readOrResume(sink, Math.min(byteCount, untilByte - position));
    if (read < 0) {
      throw new IOException("body ended at byte %d (expected: %d)".formatted(position, untilByte));
    }
    position += read;
    return read;
  }

  private long readOrResume(Buffer sink, long byteCount) throws IOException {
    try {
      return current.read(sink, byteCount);
    } catch (DamagedContentException e) {
      if (resumed) {
        throw e;
      }
      LOG.warn("the rest comes from the origin: {}", e.getMessage());
      resume();
      return current.read(sink, byteCount);
    }
  }

  private void resume() throws IOException {
    resumed = true;
    current.close();
    Source rest = origin.open(position, untilByte);
    current = new CountingSource(rest, tally, Provenance.ORIGIN);
    if (closed) {
      current.close();
    }
  }

  @Override
  public Timeout timeout() {
    return current.timeout();
  }

  @Override
  public void close() throws IOException {
    closed = true;
    current.close();
  }
}
