package dev.fugitive.client.fetch;

import dev.fugitive.cache.store.ByteTally;
import dev.fugitive.cache.store.Provenance;
import java.io.IOException;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Source;

/** A source whose bytes all come from one place and are counted as they are read. */
final class CountingSource extends ForwardingSource {
  private final ByteTally tally;
  private final Provenance from;

  CountingSource(Source source, ByteTally tally, Provenance from) {
    super(source);
    this.tally = tally;
    this.from = from;
  }

  @Override
  public long read(Buffer sink, long byteCount) throws IOException {
    long read = super.read(sink, byteCount);
    if (read > 0) {
      tally.add(from, read);
    }
    return read;
  }
}
