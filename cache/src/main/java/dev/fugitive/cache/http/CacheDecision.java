package dev.fugitive.cache.http;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What to do with a request, with everything that doing it needs. */
public sealed interface CacheDecision {
  /** What {@code Cache-Status} says about it, as far as it is known now. */
  CacheStatus status();

  /** Answer from the store; it is fresh. */
  record Serve(StoredResponse stored, Duration age, RangeRequest.Servable body, CacheStatus status)
      implements CacheDecision {
    /** The head to send. */
    public ResponseHead head() {
      return ServedHead.of(stored, age, body, status);
    }
  }

  /**
   * Answer 304: the client has what is stored.
   *
   * @param revalidation where what is stored is stale: the request to send behind the client's back
   */
  record ServeNotModified(
      StoredResponse stored, Duration age, Optional<RequestHead> revalidation, CacheStatus status)
      implements CacheDecision {
    /** The head to send; it has no body. */
    public ResponseHead head() {
      return ServedHead.notModified(stored, age, status);
    }
  }

  /**
   * Answer from the store although it is stale: the client or the origin allows it.
   *
   * @param revalidation the request to send behind the client's back, where the origin asks for it
   */
  record ServeStale(
      StoredResponse stored,
      Duration age,
      RangeRequest.Servable body,
      Optional<RequestHead> revalidation,
      CacheStatus status)
      implements CacheDecision {
    /** The head to send. */
    public ResponseHead head() {
      return ServedHead.of(stored, age, body, status);
    }
  }

  /**
   * Ask the origin whether what is stored still holds; {@link Revalidation#of} judges the answer,
   * {@link Revalidation#unreachable} that there was none.
   *
   * @param client the request as the client made it
   * @param forward the conditional request to send
   * @param staleIfUnreachable until when the stored response may stand in for an origin that cannot
   *     be reached
   * @param staleIfError until when it may stand in for a server error (RFC 5861)
   */
  record Revalidate(
      StoredResponse stored,
      RequestHead client,
      RequestHead forward,
      Instant staleIfUnreachable,
      Instant staleIfError,
      CacheStatus status)
      implements CacheDecision {
    /** The same, answered by what the origin told another who asked. */
    public Revalidate collapsed() {
      return new Revalidate(
          stored, client, forward, staleIfUnreachable, staleIfError, status.withCollapsed(true));
    }
  }

  /**
   * Ask the origin which of the stored variants, none of which the request's fields select, it
   * would send for them; {@link #chosenBy} reads the answer off a 304. Any other answer is to be
   * used as that to a {@link Fill}.
   *
   * @param variants each with an entity tag of its own
   * @param client the request as the client made it
   * @param forward the conditional request to send
   */
  record ValidateAny(
      List<StoredResponse> variants, RequestHead client, RequestHead forward, CacheStatus status)
      implements CacheDecision {
    /**
     * RFC 9111 section 4.1: "The stored response with matching entity tag (if any) can be selected"
     * for this request; it is then validated by the same 304. Empty where that names none of them.
     */
    public Optional<Revalidate> chosenBy(ResponseHead notModified) {
      return Variants.named(notModified, variants)
          .map(variant ->
              new Revalidate(
                  Variants.selectedBy(client, notModified, variant),
                  client,
                  forward,
                  Instant.MIN,
                  Instant.MIN,
                  status));
    }

    /** What to forward where the answer names no variant. */
    public Fill unconditional() {
      return new Fill(Preconditions.unconditional(client), status);
    }
  }

  /** Forward, and store the response where {@link Storability#mayStore} allows. */
  record Fill(RequestHead forward, CacheStatus status) implements CacheDecision {}

  /** Forward; the response is never stored. */
  record Forward(RequestHead forward, Why why, CacheStatus status) implements CacheDecision {
    /** Why nothing of the response is kept. */
    public enum Why {
      METHOD,
      NO_STORE,
      PRECONDITION,
      RANGE,
      HEAD
    }
  }

  /** Answer with an error of our own and no body: 504 to only-if-cached, 416 to a range. */
  record Unsatisfiable(ResponseHead head, CacheStatus status) implements CacheDecision {}
}
