package dev.fugitive.client.fetch;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.fugitive.cache.store.ByteTally;
import dev.fugitive.cache.store.Provenance;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.MediaType;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A response body that knows where its bytes come from: those read so far by tally, the rest as
 * expected.
 */
final class SourcedBody extends ResponseBody {
  private static final Logger LOG = LoggerFactory.getLogger(SourcedBody.class);

  private final @Nullable String contentType;
  private final long length;
  private final Provenance expected;
  private final ByteTally tally;
  private final Source underlying;
  private final BufferedSource source;
  private final @Nullable PeerFetch peerFetch;
  private volatile boolean cancelled;
  private final List<Cancellation.Registration> leaving = new CopyOnWriteArrayList<>();

  /**
   * @param contentType the field's value, or null
   * @param length bytes, or -1 where not known
   * @param expected where the bytes that were not read yet should come from
   * @param tally is filled by the source as it is read
   */
  SourcedBody(
      @Nullable String contentType,
      long length,
      Provenance expected,
      ByteTally tally,
      Source source) {
    this(contentType, length, expected, tally, source, null);
  }

  /**
   * @param peerFetch what fills the content that is read; null where none does
   */
  SourcedBody(
      @Nullable String contentType,
      long length,
      Provenance expected,
      ByteTally tally,
      Source source,
      @Nullable PeerFetch peerFetch) {
    this.contentType = contentType;
    this.length = length;
    this.expected = expected;
    this.tally = tally;
    this.underlying = source;
    this.source = Okio.buffer(new Leaving(source));
    this.peerFetch = peerFetch;
  }

  Provenance expected() {
    return expected;
  }

  /**
   * Where the rest should come from, as far as what was read tells: what began in memory goes on
   * there.
   */
  Provenance restFrom() {
    return switch (expected) {
      case DISK -> tally.bytes(Provenance.MEMORY) > 0 ? Provenance.MEMORY : Provenance.DISK;
      case TIER1, TIER2 -> restOfWhatPeersGive();
      case MEMORY, ORIGIN -> expected;
    };
  }

  private Provenance restOfWhatPeersGive() {
    if (!anyFromPeers() && tally.bytes(Provenance.ORIGIN) > 0) {
      return Provenance.ORIGIN;
    }
    boolean relayed = tally.bytes(Provenance.TIER1) == 0 && tally.bytes(Provenance.TIER2) > 0;
    return relayed ? Provenance.TIER2 : Provenance.TIER1;
  }

  /** Whether a byte that was read came from a peer, near or far. */
  boolean anyFromPeers() {
    return tally.bytes(Provenance.TIER1) + tally.bytes(Provenance.TIER2) > 0;
  }

  ByteTally tally() {
    return tally;
  }

  /** What fills the content that is read; null where none does. */
  @Nullable PeerFetch peerFetch() {
    return peerFetch;
  }

  @Nullable String contentTypeField() {
    return contentType;
  }

  /** Ends reading when that is cancelled, until the body is closed. */
  @CanIgnoreReturnValue
  SourcedBody endedBy(Cancellation cancellation) {
    leaving.add(cancellation.onCancel(this::cancel));
    return this;
  }

  /** From another thread: a read that waits fails. */
  private void cancel() {
    cancelled = true;
    try {
      underlying.close();
    } catch (IOException e) {
      LOG.debug("closing a cancelled body: {}", e.getMessage());
    }
  }

  /**
   * Gives nothing more once cancelled, and takes the registrations back when the body is closed, so
   * that none outlives it.
   */
  private final class Leaving extends ForwardingSource {
    Leaving(Source source) {
      super(source);
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
      if (cancelled) {
        throw new IOException("Canceled");
      }
      try {
        return super.read(sink, byteCount);
      } catch (IOException | RuntimeException e) {
        if (cancelled) {
          // what was read may have been closed under this thread's hands
          throw new IOException("Canceled", e);
        }
        throw e;
      }
    }

    @Override
    public void close() throws IOException {
      leaving.forEach(Cancellation.Registration::close);
      leaving.clear();
      super.close();
    }
  }

  @Override
  public @Nullable MediaType contentType() {
    return contentType == null ? null : MediaType.parse(contentType);
  }

  @Override
  public long contentLength() {
    return length;
  }

  @Override
  public BufferedSource source() {
    return source;
  }
}
