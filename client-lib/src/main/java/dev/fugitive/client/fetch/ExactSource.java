package dev.fugitive.client.fetch;

import java.io.IOException;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Source;

/** Exactly so many bytes of a source; fewer are a failure, more are not read. */
final class ExactSource extends ForwardingSource {
  private final long length;
  private long left;

  ExactSource(Source source, long length) {
    super(source);
    this.length = length;
    this.left = length;
  }

  @Override
  public long read(Buffer sink, long byteCount) throws IOException {
    if (left == 0) {
      return -1;
    }
    long read = super.read(sink, Math.min(byteCount, left));
    if (read < 0) {
      throw new IOException(
          "part ended after %d bytes (expected: %d)".formatted(length - left, length));
    }
    left -= read;
    return read;
  }
}
