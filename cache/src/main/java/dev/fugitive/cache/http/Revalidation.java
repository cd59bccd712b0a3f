package dev.fugitive.cache.http;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What follows from the origin's answer to a revalidation (RFC 9111 sections 4.3.3 to 4.3.5). */
public sealed interface Revalidation {
  /** The answers of an origin in trouble for which {@code stale-if-error} helps (RFC 5861, 4). */
  Set<Integer> SERVER_ERRORS = Set.of(500, 502, 503, 504);

  /**
   * The stored response still holds, with these fields.
   *
   * @param stored to be put in place of the one that was validated
   * @param keep whether it may stay stored with its new fields; if not, it goes after this answer
   * @param answer what the client gets
   * @param forClientOnly fields of the origin's answer that belong in this client's answer alone
   */
  record Freshened(StoredResponse stored, boolean keep, CacheDecision answer, Fields forClientOnly)
      implements Revalidation {}

  /**
   * The response is a full one: it answers the client, and is stored where it may be.
   *
   * @param forget whether it may not be stored and shows that what is stored is outdated
   */
  record Replaced(boolean forget) implements Revalidation {}

  /** The stored response, stale as it is, answers in place of an origin in trouble. */
  record StaleInstead(CacheDecision answer) implements Revalidation {}

  /**
   * The response answers the client and is not stored.
   *
   * @param forget whether it shows that what is stored is outdated
   */
  record PassOn(boolean forget) implements Revalidation {}

  /** The 304 speaks of another representation than the stored one: ask for the whole. */
  record AskAgain(RequestHead forward) implements Revalidation {}

  /**
   * Whether everybody who validates the same stored response may have this verdict: it says that
   * what is stored is good for all of them, and was not meant for one client.
   */
  default boolean isForAll() {
    return switch (this) {
      case Freshened freshened -> freshened.keep() && freshened.forClientOnly().lines().isEmpty();
      case StaleInstead ignored -> true;
      case Replaced ignored -> false;
      case PassOn ignored -> false;
      case AskAgain ignored -> false;
    };
  }

  /**
   * Judges the origin's answer.
   *
   * @param requestTime when the conditional request was sent
   * @param responseTime when the head of the answer came
   */
  static Revalidation of(
      CacheDecision.Revalidate asked,
      ResponseHead response,
      Instant requestTime,
      Instant responseTime) {
    // section 4.3.3: 304 "indicates that the stored response can be updated and reused"
    if (response.status() == 304) {
      return notModified(asked, response, requestTime, responseTime);
    }
    // section 4.3.3: a 5xx may be forwarded, or the cache can "act as if the server failed to
    // respond", subject to 4.2.4; it does not displace what was good
    if (SERVER_ERRORS.contains(response.status())) {
      return responseTime.isAfter(asked.staleIfError())
          ? new PassOn(false)
          : new StaleInstead(
              CachePolicy.answerStale(
                  asked.client(), asked.stored(), Optional.empty(), responseTime));
    }
    if (asked.client().method().equals("HEAD")) {
      return head(asked, response, requestTime, responseTime);
    }
    // section 4.3.3: "the cache MUST use the full response to satisfy the request"
    return new Replaced(isOutdatedBy(response, asked.stored(), responseTime));
  }

  /**
   * A success or a redirection in its place shows that what is stored is not what the origin would
   * send now, and so does that it is gone; an answer to this client alone does not stay in its
   * place, so nothing may.
   */
  private static boolean isOutdatedBy(ResponseHead response, StoredResponse stored, Instant now) {
    int status = response.status();
    RequestHead plain = new RequestHead("GET", stored.url(), stored.selecting());
    return (status < 400 || status == 404 || status == 410)
        && !(Storability.mayStore(plain, response, now) instanceof Storability.Storable);
  }

  private static Revalidation notModified(
      CacheDecision.Revalidate asked,
      ResponseHead response,
      Instant requestTime,
      Instant responseTime) {
    if (Preconditions.identifies(response, asked)) {
      return freshened(asked, response, requestTime, responseTime);
    }
    // section 4.3.2: only for "an entity tag that is not in the client's list" it is ours to answer
    return Preconditions.isOfClientsOwn(response, asked)
        ? new PassOn(true)
        : new AskAgain(Preconditions.unconditional(asked.client()));
  }

  /** There was no answer: the stored response may stand in, or empty where it must not. */
  static Optional<CacheDecision> unreachable(CacheDecision.Revalidate asked, Instant now) {
    // section 4.2.4: MUST NOT unless "it is disconnected or doing so is explicitly permitted"
    Instant until =
        asked.staleIfError().isAfter(asked.staleIfUnreachable())
            ? asked.staleIfError()
            : asked.staleIfUnreachable();
    return now.isAfter(until)
        ? Optional.empty()
        : Optional.of(
            CachePolicy.answerStale(asked.client(), asked.stored(), Optional.empty(), now));
  }

  /**
   * Section 4.3.5: where validators and {@code Content-Length} of a 200 to HEAD are those of the
   * stored response, it is updated; otherwise "the cache SHOULD consider the stored response to be
   * stale", which here is to forget it.
   */
  private static Revalidation head(
      CacheDecision.Revalidate asked,
      ResponseHead response,
      Instant requestTime,
      Instant responseTime) {
    if (response.status() != 200) {
      return new PassOn(false);
    }
    return isSameRepresentation(response, asked.stored())
        ? freshened(asked, response, requestTime, responseTime)
        : new PassOn(true);
  }

  private static boolean isSameRepresentation(ResponseHead response, StoredResponse stored) {
    Fields fields = response.fields();
    List<String> lengths = fields.all("Content-Length");
    String length = Long.toString(stored.content().length());
    boolean sameTag = fields.first("ETag").equals(stored.head().fields().first("ETag"));
    boolean sameDate =
        fields.first("Last-Modified").equals(stored.head().fields().first("Last-Modified"));
    return stored.head().status() == 200
        && Preconditions.canValidate(stored)
        && sameTag
        && sameDate
        && lengths.stream().map(FieldValues::trim).allMatch(length::equals);
  }

  private static Freshened freshened(
      CacheDecision.Revalidate asked,
      ResponseHead response,
      Instant requestTime,
      Instant responseTime) {
    ResponseHead head = StoredHead.update(asked.stored().head(), response, responseTime);
    StoredResponse stored = asked.stored().validated(head, requestTime, responseTime);
    RequestHead get = new RequestHead("GET", asked.forward().url(), asked.forward().fields());
    boolean keep = Storability.mayStore(get, head, responseTime) instanceof Storability.Storable;
    CacheStatus status = asked.status().withForwardStatus(response.status()).withStored(keep);
    return new Freshened(
        stored,
        keep,
        CachePolicy.answer(asked.client(), stored, status, responseTime),
        forClientOnly(response));
  }

  private static Fields forClientOnly(ResponseHead response) {
    return new Fields(
        response.fields().lines().stream()
            .filter(line ->
                line.name().equalsIgnoreCase("Set-Cookie")
                    || line.name().equalsIgnoreCase("Set-Cookie2"))
            .toList());
  }
}
