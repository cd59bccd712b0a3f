package dev.fugitive.cache.store;

import java.io.IOException;
import okio.Buffer;
import okio.Source;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/** Bytes in order of a content that is held whole. */
final class WholeSource implements Source {
  private final WholeContent content;
  private final long until;
  private final ByteTally tally;
  private final Timeout timeout = new Timeout();
  private @Nullable Segment current;
  private long position;

  /** Takes over the handle; the range must be within the content. */
  WholeSource(WholeContent content, long from, long until, ByteTally tally) {
    this.content = content;
    this.position = from;
    this.until = until;
    this.tally = tally;
  }

  @Override
  public long read(Buffer sink, long byteCount) throws IOException {
    timeout.throwIfReached();
    if (position == until) {
      return -1;
    }
    int offset = content.offsetInSegment(position);
    Segment segment = current;
    if (segment == null || offset == 0) {
      segment = content.segmentAt(position);
      current = segment;
    }
    int taken = (int) Math.min(byteCount, Math.min(segment.length() - offset, until - position));
    segment.copyTo(sink, offset, taken);
    tally.add(segment.from(), taken);
    position += taken;
    return taken;
  }

  @Override
  public Timeout timeout() {
    return timeout;
  }

  @Override
  public void close() {
    current = null;
    content.close();
  }
}
