package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.trust.FugitiveSource;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okio.ByteString;

/**
 * An answer that is in memory, on its way to a client; {@link #completed} or {@link #abandoned}
 * ends it. Used by one thread.
 */
public final class MemoryHit {
  private final MemoryHits.Head head;
  private final List<ByteBuffer> body;
  private final FetchEnd end;
  private FugitiveSource given;

  MemoryHit(
      RequestHead request, MemoryHits.Head head, List<ByteBuffer> body, FetchReports reports) {
    this.head = head;
    this.body = body;
    this.given = head.source();
    this.end = reports.start(request, () -> given);
    end.responseReady(head.status());
  }

  /**
   * The head.
   *
   * @return as the encoder made it
   */
  public ByteString head() {
    return head.encoded();
  }

  /**
   * The body in order; the reader moves the buffers' positions.
   *
   * @return its blocks, empty where there is no body
   */
  public List<ByteBuffer> body() {
    return body;
  }

  /** All of it was given to the client. */
  public void completed() {
    end.tell(head.status(), FetchSummary.End.COMPLETE);
  }

  /** The client went before its end. */
  public void abandoned() {
    long rest = body.stream().mapToLong(ByteBuffer::remaining).sum();
    long taken = head.source().from(Provenance.MEMORY) - rest;
    given = new FugitiveSource(Map.of(Provenance.MEMORY, taken), Optional.empty());
    end.tell(head.status(), FetchSummary.End.ABANDONED);
  }
}
