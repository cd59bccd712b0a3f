package dev.fugitive.client.fetch;

import dev.fugitive.cache.store.ByteTally;
import dev.fugitive.cache.store.Provenance;
import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.ResponseBody;
import okio.BufferedSource;
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
    this.source = Okio.buffer(source);
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
    return expected == Provenance.DISK && tally.bytes(Provenance.MEMORY) > 0
        ? Provenance.MEMORY
        : expected;
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

  /** Ends reading from another thread: a read that waits fails. */
  void cancel() {
    try {
      underlying.close();
    } catch (IOException e) {
      LOG.debug("closing a cancelled body: {}", e.getMessage());
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
