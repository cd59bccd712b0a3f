package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.CacheDecision;
import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.PartialUse;
import dev.fugitive.cache.http.RangeRequest;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.cache.http.Revalidation;
import dev.fugitive.cache.http.StoredResponse;
import dev.fugitive.cache.store.DamagedContentException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import okhttp3.Call;
import okhttp3.Interceptor.Chain;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Source;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers requests from the parts of a response that are stored, where they suffice. */
final class PartialAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(PartialAnswers.class);

  private final Library library;
  private final Call.Factory origin;
  private final Revalidator revalidator;
  private final InstantSource clock;

  /**
   * @param origin what is asked for the rest of a body that the disk does not give
   */
  PartialAnswers(
      Library library, Call.Factory origin, Revalidator revalidator, InstantSource clock) {
    this.library = library;
    this.origin = origin;
    this.revalidator = revalidator;
    this.clock = clock;
  }

  /** Empty where the request goes on its ordinary way. */
  Optional<Response> answer(Chain chain, RequestHead request) throws IOException {
    Optional<PartialLibrary.Kept> kept = library.parts().select(request);
    if (kept.isEmpty()) {
      return Optional.empty();
    }
    PartialLibrary.Kept parts = kept.get();
    return switch (PartialUse.of(
        request, parts.response(), parts.bytes().held(), clock.instant())) {
      case PartialUse.Answer(CacheDecision decision) -> act(chain.request(), parts, decision);
      case PartialUse.Validate(CacheDecision.Revalidate asked) -> validate(chain, parts, asked);
      case PartialUse.None ignored -> Optional.empty();
    };
  }

  /** A fresh answer without {@code Cache-Status}; empty where the parts give none by themselves. */
  Optional<Response> fresh(Request request, RequestHead head) throws IOException {
    Optional<PartialLibrary.Kept> kept = library.parts().select(head);
    if (kept.isEmpty()) {
      return Optional.empty();
    }
    PartialLibrary.Kept parts = kept.get();
    return PartialUse.of(head, parts.response(), parts.bytes().held(), clock.instant())
            instanceof PartialUse.Answer(CacheDecision.Serve serve)
        ? serve(request, parts, Heads.withoutCacheStatus(serve.head()), serve.body())
        : Optional.empty();
  }

  private Optional<Response> act(Request request, PartialLibrary.Kept kept, CacheDecision decision)
      throws IOException {
    return switch (decision) {
      case CacheDecision.Serve serve -> serve(request, kept, serve.head(), serve.body());
      case CacheDecision.ServeStale stale -> serve(request, kept, stale.head(), stale.body());
      case CacheDecision.ServeNotModified same ->
          Optional.of(Heads.response(request, same.head(), ResponseBody.EMPTY));
      case CacheDecision.Unsatisfiable none ->
          Optional.of(Heads.response(request, none.head(), ResponseBody.EMPTY));
      case CacheDecision.Revalidate ignored -> Optional.empty();
      case CacheDecision.ValidateAny ignored -> Optional.empty();
      case CacheDecision.Fill ignored -> Optional.empty();
      case CacheDecision.Forward ignored -> Optional.empty();
    };
  }

  private Optional<Response> serve(
      Request request, PartialLibrary.Kept kept, ResponseHead head, RangeRequest.Servable part)
      throws IOException {
    FetchTrace trace = FetchTrace.of(request);
    try {
      SourcedBody body = open(request, kept, part, trace);
      return Optional.of(Heads.response(request, kept.response().withoutDoubt(head), body));
    } catch (DamagedContentException | GoneException e) {
      LOG.info("fetched anew: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /** Evicted meanwhile. */
  private static final class GoneException extends IOException {
    private static final long serialVersionUID = 1L;

    GoneException(String url) {
      super("parts of " + url + " were evicted");
    }
  }

  private SourcedBody open(
      Request request, PartialLibrary.Kept kept, RangeRequest.Servable part, FetchTrace trace)
      throws IOException {
    StoredResponse whole = kept.response().whole();
    StoredBody.Opener opener =
        (from, until) -> {
          Source stored =
              kept.bytes()
                  .source(from, until, trace.tally())
                  .orElseThrow(() -> new GoneException(whole.url()));
          return OriginRequests.validated(origin, request, whole, trace)
              .<Source>map(rest -> new ResumingSource(stored, rest, from, until, trace.tally()))
              .orElse(stored);
        };
    SourcedBody body = StoredBody.open(opener, whole, part, trace, () -> {});
    try {
      body.source().request(1);
      return body;
    } catch (IOException e) {
      body.close();
      throw e;
    }
  }

  private Optional<Response> validate(
      Chain chain, PartialLibrary.Kept kept, CacheDecision.Revalidate asked) throws IOException {
    return switch (revalidator.ask(chain, asked)) {
      case Revalidator.Outcome.FromStore(
              CacheDecision answer,
              Optional<Revalidation.Freshened> freshened,
              Fields forClientOnly) -> {
        freshened.ifPresent(fresh -> freshen(kept, fresh));
        yield act(chain.request(), kept, answer)
            .map(response -> Heads.withAdded(response, forClientOnly));
      }
      case Revalidator.Outcome.FromOrigin(Response response, boolean forget) -> {
        if (forget) {
          library.parts().forget(kept);
        }
        yield Optional.of(CacheInterceptor.told(chain, response, asked.status()));
      }
    };
  }

  private void freshen(PartialLibrary.Kept kept, Revalidation.Freshened freshened) {
    if (freshened.keep()) {
      library.parts().update(kept, kept.response().with(freshened.stored()));
    } else {
      library.parts().forget(kept);
    }
  }
}
