package dev.fugitive.client.fetch;

import java.io.IOException;
import java.util.function.Function;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Source;
import org.jspecify.annotations.Nullable;

/**
 * A body of several ranges that is read by its client, and whose parts are kept as they pass. Read
 * by one thread.
 */
final class MultipartKeepingSource extends ForwardingSource {
  private final MultipartScan scan;
  private PartialLibrary.@Nullable Kept kept;

  /**
   * @param keep keeps a part; gives null where it is not to be kept
   */
  MultipartKeepingSource(
      Source origin,
      String boundary,
      Function<MultipartScan.Part, PartialLibrary.@Nullable Kept> keep) {
    super(origin);
    this.scan =
        new MultipartScan(
            boundary,
            part -> {
              PartialLibrary.Kept into = keep.apply(part);
              kept = into == null ? kept : into;
            });
  }

  @Override
  public long read(Buffer sink, long byteCount) throws IOException {
    long read = super.read(sink, byteCount);
    if (read < 0) {
      scan.end();
    } else if (!scan.isOver()) {
      Buffer passing = new Buffer();
      sink.copyTo(passing, sink.size() - read, read);
      scan.take(passing);
    }
    return read;
  }

  /** Where the parts went; null where none was kept. */
  PartialLibrary.@Nullable Kept kept() {
    return kept;
  }
}
