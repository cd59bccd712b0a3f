package dev.fugitive.client.documents;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongSupplier;

/**
 * Ends the reading of a document that is too long or takes too much time: what is behind a
 * decompressor may be a thousand times what came.
 */
public final class BudgetedStream extends FilterInputStream {
  private final long maxBytes;
  private final LongSupplier usedNanos;
  private final long maxNanos;
  private long bytes;

  /**
   * @param usedNanos the time that the reading has taken, waiting for the network left out
   */
  public BudgetedStream(InputStream from, long maxBytes, LongSupplier usedNanos, long maxNanos) {
    super(from);
    this.maxBytes = maxBytes;
    this.usedNanos = usedNanos;
    this.maxNanos = maxNanos;
  }

  @Override
  public int read() throws IOException {
    int read = super.read();
    count(read < 0 ? 0 : 1);
    return read;
  }

  @Override
  public int read(byte[] into, int offset, int byteCount) throws IOException {
    int read = super.read(into, offset, byteCount);
    count(Math.max(0, read));
    return read;
  }

  @Override
  public long skip(long byteCount) throws IOException {
    long skipped = super.skip(byteCount);
    count(skipped);
    return skipped;
  }

  private void count(long more) throws LimitExceededException {
    bytes += more;
    if (bytes > maxBytes) {
      throw new LimitExceededException("document: more than " + maxBytes + " bytes");
    }
    if (usedNanos.getAsLong() > maxNanos) {
      throw new LimitExceededException(
          "document: more than " + maxNanos / 1_000_000 + " ms after " + bytes + " bytes");
    }
  }
}
