package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.MultipartRanges;
import dev.fugitive.cache.http.RangeRequest;
import dev.fugitive.cache.http.StoredResponse;
import dev.fugitive.cache.store.ByteTally;
import dev.fugitive.cache.store.HeldContent;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.transfer.OriginRanges;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import okio.Buffer;
import okio.ByteString;
import okio.ForwardingSource;
import okio.Source;
import org.jspecify.annotations.Nullable;

/** Opens bodies out of the store; closing a body closes the handle it reads. */
final class StoredBody {
  private StoredBody() {}

  /** Opens consecutive bytes of what is stored, first byte to end (exclusive). */
  @FunctionalInterface
  interface Opener {
    Source open(long from, long until) throws IOException;
  }

  /**
   * Opens what a request asks for of a held content.
   *
   * @param rest who gives the rest where the disk is damaged; empty for nobody
   */
  static SourcedBody open(
      HeldContent held,
      StoredResponse stored,
      RangeRequest.Servable part,
      FetchTrace trace,
      Optional<OriginRanges> rest)
      throws IOException {
    Opener opener =
        (from, until) -> {
          Source source = held.source(from, until, trace.tally());
          return rest.<Source>map(
                  origin -> new ResumingSource(source, origin, from, until, trace.tally()))
              .orElse(source);
        };
    return open(opener, stored, part, trace, held::close);
  }

  /**
   * Opens what a request asks for of a stored response.
   *
   * @param whenClosed runs when the body is closed
   */
  static SourcedBody open(
      Opener stored,
      StoredResponse response,
      RangeRequest.Servable part,
      FetchTrace trace,
      Runnable whenClosed)
      throws IOException {
    String type = response.head().fields().first("Content-Type").orElse(null);
    return switch (part) {
      case RangeRequest.Whole ignored -> {
        long length = response.content().length();
        yield body(type, length, trace, closing(whenClosed, stored.open(0, length)));
      }
      case RangeRequest.Part(long first, long last) ->
          body(type, last + 1 - first, trace, closing(whenClosed, stored.open(first, last + 1)));
      case RangeRequest.Several several -> {
        MultipartRanges parts = MultipartRanges.of(response, several);
        yield body(parts.contentType(), parts.length(), trace, joined(stored, parts, whenClosed));
      }
    };
  }

  private static Source joined(Opener stored, MultipartRanges parts, Runnable whenClosed) {
    List<JoinedSource.Opener> sources = new ArrayList<>();
    for (MultipartRanges.Section section : parts.sections()) {
      sources.add(() -> text(section.before()));
      sources.add(() -> stored.open(section.part().first(), section.part().last() + 1));
    }
    sources.add(() -> text(parts.end()));
    return new JoinedSource(sources, whenClosed);
  }

  private static Source text(ByteString bytes) {
    return new Buffer().write(bytes);
  }

  /** Opens one part of a content whose bytes were counted when they came. */
  static SourcedBody openCounted(
      HeldContent held, RangeRequest.Part part, @Nullable String contentType, FetchTrace trace)
      throws IOException {
    Source source = held.source(part.first(), part.last() + 1, new ByteTally());
    return body(contentType, part.length(), trace, closing(held::close, source));
  }

  /** Opens what a content is behind its coding; its bytes were counted when they came. */
  static SourcedBody openDecoded(
      HeldContent held, Unencoded decoded, @Nullable String contentType, FetchTrace trace)
      throws IOException {
    return body(contentType, decoded.lengthBytes(), trace, decoded.open(held));
  }

  private static SourcedBody body(
      @Nullable String contentType, long length, FetchTrace trace, Source source) {
    return new SourcedBody(contentType, length, Provenance.DISK, trace.tally(), source)
        .endedBy(trace.cancellation());
  }

  private static Source closing(Runnable whenClosed, Source source) {
    return new ForwardingSource(source) {
      @Override
      public void close() throws IOException {
        super.close();
        whenClosed.run();
      }
    };
  }
}
