package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.CacheDecision;
import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.Revalidation;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/** Asks the origin whether a stored response still holds (RFC 9111 section 4.3). */
final class Revalidator {
  private final InstantSource clock;

  Revalidator(InstantSource clock) {
    this.clock = clock;
  }

  /** What came of asking. */
  sealed interface Outcome {
    /**
     * What is stored answers the client.
     *
     * @param freshened the stored response with its new fields; empty where it stays as it was
     * @param forClientOnly fields of the origin's answer that belong in this client's answer alone
     */
    record FromStore(
        CacheDecision answer, Optional<Revalidation.Freshened> freshened, Fields forClientOnly)
        implements Outcome {}

    /**
     * The origin's own response answers the client.
     *
     * @param forget whether what is stored is outdated
     */
    record FromOrigin(Response response, boolean forget) implements Outcome {}
  }

  /** Asks; the response of a {@link Outcome.FromOrigin} is the caller's to close. */
  Outcome ask(Interceptor.Chain chain, CacheDecision.Revalidate asked) throws IOException {
    Instant sent = clock.instant();
    Response response;
    try {
      response = chain.proceed(conditional(chain, asked));
    } catch (IOException e) {
      return standIn(chain, asked, e);
    }
    return judge(chain, asked, response, sent);
  }

  private Outcome standIn(
      Interceptor.Chain chain, CacheDecision.Revalidate asked, IOException unreachable)
      throws IOException {
    if (FetchTrace.of(chain.request()).cancellation().isCancelled()) {
      throw unreachable;
    }
    CacheDecision stale =
        Revalidation.unreachable(asked, clock.instant()).orElseThrow(() -> unreachable);
    return new Outcome.FromStore(stale, Optional.empty(), Fields.EMPTY);
  }

  private Outcome judge(
      Interceptor.Chain chain, CacheDecision.Revalidate made, Response response, Instant sent)
      throws IOException {
    CacheDecision.Revalidate asked =
        FetchTrace.of(chain.request()).collapsed() ? made.collapsed() : made;
    Revalidation judged = Revalidation.of(asked, Heads.of(response), sent, clock.instant());
    return switch (judged) {
      case Revalidation.Freshened freshened -> {
        response.close();
        yield new Outcome.FromStore(
            freshened.answer(), Optional.of(freshened), freshened.forClientOnly());
      }
      case Revalidation.StaleInstead stale -> {
        response.close();
        yield new Outcome.FromStore(stale.answer(), Optional.empty(), Fields.EMPTY);
      }
      case Revalidation.AskAgain again -> {
        response.close();
        yield new Outcome.FromOrigin(chain.proceed(whole(chain, again.forward())), true);
      }
      case Revalidation.Replaced replaced -> new Outcome.FromOrigin(response, replaced.forget());
      case Revalidation.PassOn passOn -> new Outcome.FromOrigin(response, passOn.forget());
    };
  }

  /** Bears the decision, by which those who coalesce know whose preconditions these are. */
  private static Request conditional(Interceptor.Chain chain, CacheDecision.Revalidate asked) {
    return Heads.withFields(chain.request(), asked.forward().fields())
        .newBuilder()
        .tag(CacheDecision.Revalidate.class, asked)
        .build();
  }

  private static Request whole(Interceptor.Chain chain, RequestHead forward) {
    return Heads.withFields(chain.request(), forward.fields());
  }
}
