package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.Completion;
import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.PartialResponse;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.cache.store.ByteTally;
import dev.fugitive.cache.store.Provenance;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the parts that the origin sends (206), and asks it only for what is missing of a response
 * of which parts are here (RFC 9111 sections 3.3 and 3.4). It stands right before the origin.
 *
 * <p>A request for the whole gets a 200 that is put together; whoever leads the fetch stores it
 * like any other. A request for a range that is here in part gets a 206, and what was missing is
 * kept.
 */
final class PartialInterceptor implements Interceptor {
  private static final Logger LOG = LoggerFactory.getLogger(PartialInterceptor.class);

  private final Library library;
  private final Call.Factory origin;
  private final Executor threads;
  private final InstantSource clock;

  /**
   * @param origin what is asked for the second gap and those after it
   */
  PartialInterceptor(Library library, Call.Factory origin, Executor threads, InstantSource clock) {
    this.library = library;
    this.origin = origin;
    this.threads = threads;
    this.clock = clock;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    RequestHead request = Heads.of(chain.request());
    if (request.method().equals("HEAD")) {
      return head(chain, request);
    }
    if (!request.method().equals("GET")) {
      return chain.proceed(chain.request());
    }
    Optional<PartialLibrary.Kept> kept = library.parts().select(request);
    Optional<Completion> completion =
        kept.flatMap(parts ->
            Completion.of(request, parts.response(), parts.bytes().held(), clock.instant()));
    return completion.isPresent()
        ? complete(chain, kept.get(), completion.get())
        : keeping(chain, request);
  }

  /** RFC 9111 section 4.3.5: a HEAD freshens what is stored, or shows that it is outdated. */
  private Response head(Chain chain, RequestHead request) throws IOException {
    Instant sent = clock.instant();
    Response response = chain.proceed(chain.request());
    Optional<PartialLibrary.Kept> kept =
        response.code() == 200
            ? library.parts().select(new RequestHead("GET", request.url(), request.fields()))
            : Optional.empty();
    kept.ifPresent(parts ->
        parts
            .response()
            .updatedByHead(Heads.of(response), sent, clock.instant())
            .ifPresentOrElse(
                updated -> library.parts().update(parts, updated),
                () -> library.parts().forget(parts)));
    return response;
  }

  private Response keeping(Chain chain, RequestHead request) throws IOException {
    Instant sent = clock.instant();
    Response response = chain.proceed(chain.request());
    if (response.code() != 206) {
      return response;
    }
    Optional<String> boundary =
        Optional.ofNullable(response.header("Content-Type")).flatMap(MultipartScan::boundary);
    return boundary.isPresent()
        ? keepingSeveral(chain, request, response, boundary.get(), sent)
        : keepingOne(chain, request, response, sent);
  }

  private Response keepingOne(Chain chain, RequestHead request, Response response, Instant sent)
      throws IOException {
    Optional<PartialResponse.Arrival> arrival =
        PartialResponse.partly(
            request, Heads.of(response), sent, clock.instant(), PartialLibrary.newName());
    if (arrival.isEmpty() || library.hasWhole(request, arrival.get().response())) {
      return response;
    }
    Optional<PartialLibrary.Kept> kept =
        library
            .parts()
            .keep(
                arrival.get().response(),
                library
                    .sharing()
                    .decidePart(request, arrival.get().response(), FetchTrace.of(chain.request())));
    if (kept.isEmpty()) {
      return response;
    }
    FetchTrace trace = FetchTrace.of(chain.request());
    trace.storing();
    PartialResponse.Arrival part = arrival.orElseThrow();
    Source body =
        new KeepingSource(
            response.body().source(),
            kept.get(),
            part.from(),
            part.until(),
            () -> promote(request, kept.get(), trace));
    return withBody(response, response.body().contentLength(), body);
  }

  /** RFC 9110 section 14.6: each part of the body is one of the representation. */
  private Response keepingSeveral(
      Chain chain, RequestHead request, Response response, String boundary, Instant sent) {
    Instant came = clock.instant();
    FetchTrace trace = FetchTrace.of(chain.request());
    MultipartKeepingSource body =
        new MultipartKeepingSource(
            response.body().source(),
            boundary,
            part -> keepPart(request, partHead(response, part), part, sent, came, trace));
    return withBody(
        response,
        response.body().contentLength(),
        new ForwardingSource(body) {
          @Override
          public void close() throws IOException {
            super.close();
            PartialLibrary.Kept kept = body.kept();
            if (kept != null) {
              promote(request, kept, trace);
            }
          }
        });
  }

  /** The head that the part would have had alone. */
  private static ResponseHead partHead(Response response, MultipartScan.Part part) {
    Fields fields =
        Heads.fields(response.headers())
            .without("Content-Length")
            .without("Content-Type")
            .with("Content-Range", part.range().toString());
    Optional<String> type = part.fields().first("Content-Type");
    return new ResponseHead(
        206,
        response.message(),
        type.isPresent() ? fields.with("Content-Type", type.get()) : fields);
  }

  /** Parts that no strong validator ties together are the client's alone. */
  private PartialLibrary.@Nullable Kept keepPart(
      RequestHead request,
      ResponseHead head,
      MultipartScan.Part part,
      Instant sent,
      Instant came,
      FetchTrace trace) {
    Optional<PartialResponse> arriving =
        PartialResponse.partly(request, head, sent, came, PartialLibrary.newName())
            .map(PartialResponse.Arrival::response)
            .filter(response -> response.strongValidator().isPresent());
    try {
      if (arriving.isEmpty() || library.hasWhole(request, arriving.get())) {
        return null;
      }
    } catch (IOException e) {
      LOG.debug("a part of {} is not kept: {}", request.url(), e.getMessage());
      return null;
    }
    Optional<PartialLibrary.Kept> kept =
        library
            .parts()
            .keep(arriving.get(), library.sharing().decidePart(request, arriving.get(), trace))
            .filter(into -> into.bytes().put(part.range().first(), part.bytes().asByteBuffer()));
    return kept.orElse(null);
  }

  private Response complete(Chain chain, PartialLibrary.Kept kept, Completion completion)
      throws IOException {
    Request asked = Heads.withFields(chain.request(), completion.forward().fields());
    Instant sent = clock.instant();
    Response response = chain.proceed(asked);
    FetchTrace trace = FetchTrace.of(chain.request());
    trace.askedForRest(response.code());
    Completion.Outcome outcome = completion.judge(Heads.of(response), sent, clock.instant());
    return switch (outcome) {
      case Completion.Outcome.Combined(PartialResponse updated) -> {
        library.parts().update(kept, updated);
        yield joined(chain.request(), response, kept, completion, updated);
      }
      case Completion.Outcome.PassOn ignored -> passOn(chain, response, kept);
      case Completion.Outcome.StartOver ignored -> {
        LOG.debug("{} is another one than its stored parts", completion.forward().url());
        response.close();
        library.parts().forget(kept);
        Response anew = keeping(chain, Heads.of(chain.request()));
        trace.askedForRest(anew.code());
        yield anew;
      }
    };
  }

  /** A success in full shows that the parts are of no more use. */
  private Response passOn(Chain chain, Response response, PartialLibrary.Kept kept) {
    if (response.code() == 200) {
      library.parts().forget(kept);
    }
    return response.newBuilder().request(chain.request()).build();
  }

  private Response joined(
      Request request,
      Response firstGap,
      PartialLibrary.Kept kept,
      Completion completion,
      PartialResponse updated) {
    FetchTrace trace = FetchTrace.of(request);
    RequestHead asked = Heads.of(request);
    kept.sharing().narrow(library.sharing().decidePart(asked, updated, trace));
    ResponseHead head = completion.head(updated, clock.instant());
    boolean whole = head.status() == 200;
    // a whole body is counted, and stored, by who leads the fetch
    ByteTally tally = whole ? new ByteTally() : trace.tally();
    if (whole) {
      trace.joinedOf(kept.sharing());
    } else {
      trace.storing();
    }
    PartialBody.Asked narrowing =
        gap -> kept.sharing().narrow(library.sharing().decidePart(asked, updated, gap));
    Source source =
        new PartialBody(origin, request, kept, updated, trace, tally, !whole, narrowing)
            .open(completion, firstGap, () -> promote(asked, kept, trace));
    long length = completion.target().length();
    String type = head.fields().first("Content-Type").orElse(null);
    ResponseBody body =
        whole
            ? new Body(type, length, Okio.buffer(source))
            : new SourcedBody(type, length, Provenance.DISK, tally, source)
                .endedBy(trace.cancellation());
    return firstGap
        .newBuilder()
        .request(request)
        .code(head.status())
        .message(head.reason())
        .headers(Heads.headers(head.fields()))
        .body(body)
        .build();
  }

  /** Parts of which nothing is missing become a content like any other. */
  private void promote(RequestHead request, PartialLibrary.Kept kept, FetchTrace trace) {
    trace.partEnded();
    if (!kept.isWhole()) {
      return;
    }
    try {
      threads.execute(() -> library.promote(request, kept, trace.origin()));
    } catch (RejectedExecutionException e) {
      LOG.debug("the node is closed: {} stays in parts", request.url());
    }
  }

  private static Response withBody(Response response, long length, Source source) {
    return response
        .newBuilder()
        .body(new Body(response.header("Content-Type"), length, Okio.buffer(source)))
        .build();
  }

  /** A body over a source. */
  private static final class Body extends ResponseBody {
    private final @Nullable String contentType;
    private final long length;
    private final BufferedSource source;

    Body(@Nullable String contentType, long length, BufferedSource source) {
      this.contentType = contentType;
      this.length = length;
      this.source = source;
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
}
