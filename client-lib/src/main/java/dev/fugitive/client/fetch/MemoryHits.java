package dev.fugitive.client.fetch;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.http.CacheDecision;
import dev.fugitive.cache.http.CachePolicy;
import dev.fugitive.cache.http.CacheStatus;
import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RangeRequest;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.cache.http.StoredResponse;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.trust.EvidenceRules;
import dev.fugitive.client.trust.FugitiveSource;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import okio.ByteString;

/**
 * The fetch path for those who must not wait: answers that are fresh and in memory, by the same
 * {@link CachePolicy#decide} and with the same reports as the path itself. What it does not answer
 * takes the path.
 *
 * <p>The head of a hit changes once a second, with its age. So it is put together and encoded once,
 * and kept for the hits that follow.
 */
public final class MemoryHits {
  /** A client that reads slowly keeps no more than this from the garbage collector. */
  private static final long MAX_BODY_BYTES = 1L << 20;

  private static final int MAX_HEADS = 4096;

  private final Library library;
  private final FetchReports reports;
  private final BooleanSupplier closed;
  private final InstantSource clock;
  private final Function<ResponseHead, ByteString> encoder;
  private final Cache<StoredResponse, Served> latest =
      Caffeine.newBuilder().weakKeys().maximumSize(MAX_HEADS).executor(Runnable::run).build();

  MemoryHits(
      Library library,
      FetchReports reports,
      BooleanSupplier closed,
      InstantSource clock,
      Function<ResponseHead, ByteString> encoder) {
    this.library = library;
    this.reports = reports;
    this.closed = closed;
    this.clock = clock;
    this.encoder = encoder;
  }

  /** A head as it is sent, and what is reported of it. */
  record Head(ByteString encoded, int status, FugitiveSource source) {}

  /** A head that was sent for a stored response, with all that went into it. */
  private record Served(
      Head head, long ageSeconds, RangeRequest.Servable body, CacheStatus status) {
    boolean isFor(CacheDecision.Serve serve) {
      return ageSeconds == serve.age().toSeconds()
          && body.equals(serve.body())
          && status.equals(serve.status());
    }
  }

  /**
   * The answer to a request, if it can be given at once; it is then under way, and is to be sent.
   *
   * @param request as the client made it
   * @return the answer; empty where it needs waiting
   */
  public Optional<MemoryHit> find(RequestHead request) {
    if (closed.getAsBoolean()
        || !request.method().equals("GET")
        || request.fields().has(EvidenceRules.INTEGRITY_FIELD)) {
      return Optional.empty();
    }
    List<StoredResponse> stored = library.storedInMemory(request);
    if (stored.isEmpty()) {
      return Optional.empty();
    }
    return switch (CachePolicy.decide(request, stored, clock.instant())) {
      case CacheDecision.Serve serve -> serve(request, serve);
      case CacheDecision.ServeNotModified same when same.revalidation().isEmpty() ->
          Optional.of(new MemoryHit(request, head(same.head(), 0), List.of(), reports));
      case CacheDecision other -> Optional.empty();
    };
  }

  private Optional<MemoryHit> serve(RequestHead request, CacheDecision.Serve serve) {
    ContentId content = serve.stored().content();
    return switch (serve.body()) {
      case RangeRequest.Whole whole -> serve(request, serve, content, 0, content.length());
      case RangeRequest.Part(long first, long last) ->
          serve(request, serve, content, first, last + 1);
      case RangeRequest.Several several -> Optional.empty();
    };
  }

  private Optional<MemoryHit> serve(
      RequestHead request, CacheDecision.Serve serve, ContentId content, long from, long until) {
    if (until - from > MAX_BODY_BYTES) {
      return Optional.empty();
    }
    return library
        .inMemory(content, from, until)
        .map(body -> new MemoryHit(request, head(serve, until - from), body, reports));
  }

  private Head head(CacheDecision.Serve serve, long lengthBytes) {
    Served known = latest.getIfPresent(serve.stored());
    if (known != null && known.isFor(serve)) {
      return known.head();
    }
    Head head = head(serve.head(), lengthBytes);
    latest.put(
        serve.stored(), new Served(head, serve.age().toSeconds(), serve.body(), serve.status()));
    return head;
  }

  private Head head(ResponseHead served, long lengthBytes) {
    FugitiveSource source =
        new FugitiveSource(Map.of(Provenance.MEMORY, lengthBytes), Optional.empty());
    Fields fields = served.fields().with(FugitiveSource.FIELD, source.toString());
    ByteString encoded = encoder.apply(new ResponseHead(served.status(), served.reason(), fields));
    return new Head(encoded, served.status(), source);
  }
}
