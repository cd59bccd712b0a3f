package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.RangeRequest;
import dev.fugitive.cache.store.ByteTally;
import dev.fugitive.cache.store.HeldContent;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.transfer.OriginRanges;
import java.io.IOException;
import java.util.Optional;
import okio.ForwardingSource;
import okio.Source;
import org.jspecify.annotations.Nullable;

/** Opens bodies out of the store; closing a body closes the handle it reads. */
final class StoredBody {
  private StoredBody() {}

  /**
   * Opens what a request asks for of a held content.
   *
   * @param contentType the field's value, or null
   * @param rest who gives the rest where the disk is damaged; empty for nobody
   */
  static SourcedBody open(
      HeldContent held,
      @Nullable String contentType,
      RangeRequest.Servable part,
      FetchTrace trace,
      Optional<OriginRanges> rest)
      throws IOException {
    return switch (part) {
      case RangeRequest.Whole ignored ->
          open(held, contentType, 0, held.id().length(), trace, rest);
      case RangeRequest.Part(long first, long last) ->
          open(held, contentType, first, last + 1, trace, rest);
    };
  }

  private static SourcedBody open(
      HeldContent held,
      @Nullable String contentType,
      long from,
      long until,
      FetchTrace trace,
      Optional<OriginRanges> rest)
      throws IOException {
    Source stored = closing(held, held.source(from, until, trace.tally()));
    Source source =
        rest.<Source>map(origin -> new ResumingSource(stored, origin, from, until, trace.tally()))
            .orElse(stored);
    return body(contentType, until - from, trace, source);
  }

  /** Opens all of a content whose bytes were counted when they came. */
  static SourcedBody openCounted(HeldContent held, @Nullable String contentType, FetchTrace trace)
      throws IOException {
    long length = held.id().length();
    Source source = held.source(0, length, new ByteTally());
    return body(contentType, length, trace, closing(held, source));
  }

  private static SourcedBody body(
      @Nullable String contentType, long length, FetchTrace trace, Source source) {
    return new SourcedBody(contentType, length, Provenance.DISK, trace.tally(), source)
        .endedBy(trace.cancellation());
  }

  private static Source closing(HeldContent held, Source source) {
    return new ForwardingSource(source) {
      @Override
      public void close() throws IOException {
        super.close();
        held.close();
      }
    };
  }
}
