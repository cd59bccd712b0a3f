package dev.fugitive.cache.http;

import dev.fugitive.cache.content.ByteRange;
import dev.fugitive.cache.content.ByteRanges;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How what a request asks for is made complete where parts of it are stored (RFC 9111 section 3.3:
 * "a cache MAY complete a stored incomplete response by making a subsequent range request and
 * combining the successful response with the stored response").
 *
 * @param partial what is stored
 * @param target what the request asks for
 * @param gap the first bytes of it that are not here
 * @param forward the request for them
 */
public record Completion(
    PartialResponse partial, ByteRange target, ByteRange gap, RequestHead forward) {
  /** What the origin's answer means. */
  public sealed interface Outcome {
    /** It is the missing part of the same representation. */
    record Combined(PartialResponse updated) implements Outcome {}

    /** It answers the client by itself. */
    record PassOn() implements Outcome {}

    /**
     * It answers nobody: what is stored is of no use, and the client's own request is to be sent.
     */
    record StartOver() implements Outcome {}
  }

  /**
   * Whether parts help with a request, and how; empty where it goes forward as it is.
   *
   * @param held the bytes that are here
   */
  public static Optional<Completion> of(
      RequestHead request, PartialResponse partial, ByteRanges held, Instant now) {
    Optional<ByteRange> target = target(request, partial, now);
    if (target.isEmpty() || !held.touches(target.get().from(), target.get().until())) {
      return Optional.empty();
    }
    List<ByteRange> gaps = held.missing(target.get().from(), target.get().until());
    if (gaps.isEmpty() || !isWorthAsking(request, partial, now)) {
      return Optional.empty();
    }
    ByteRange gap = gaps.getFirst();
    return Optional.of(new Completion(partial, target.get(), gap, ask(request, partial, gap)));
  }

  private static Optional<ByteRange> target(
      RequestHead request, PartialResponse partial, Instant now) {
    CacheControl asked = CacheControl.of(request.fields());
    boolean plain =
        request.method().equals("GET")
            && partial.lengthKnown()
            && !Preconditions.areForOrigin(request)
            && !request.fields().has("If-None-Match")
            && !request.fields().has("If-Modified-Since")
            && !asked.has(CacheControl.Directive.NO_STORE)
            && Use.of(partial.whole(), request, asked, now) != Use.NOT;
    if (!plain) {
      return Optional.empty();
    }
    return switch (RangeRequest.of(request, partial.whole(), now)) {
      // an If-Range that does not hold gets the whole, which the origin must decide
      case RangeRequest.Whole ignored when !request.fields().has("Range") ->
          Optional.of(new ByteRange(0, partial.length()));
      case RangeRequest.Part part -> Optional.of(new ByteRange(part.first(), part.last() + 1));
      case RangeRequest.Whole ignored -> Optional.empty();
      case RangeRequest.Several ignored -> Optional.empty();
      case RangeRequest.Unsatisfiable ignored -> Optional.empty();
    };
  }

  /**
   * With a strong validator always: the origin then gives the part, or all of what has replaced it.
   * Without one there is nothing to combine by; the rest of a fresh response is asked for all the
   * same, since most origins that name no validator ignore {@code Range} and answer with the whole.
   */
  private static boolean isWorthAsking(RequestHead request, PartialResponse partial, Instant now) {
    return partial.strongValidator().isPresent()
        || (!request.fields().has("Range") && Freshness.isFresh(partial.whole(), now));
  }

  private static RequestHead ask(RequestHead request, PartialResponse partial, ByteRange gap) {
    String last = gap.until() == partial.length() ? "" : Long.toString(gap.until() - 1);
    Fields fields =
        Preconditions.unconditional(request)
            .fields()
            .with("Range", "bytes=" + gap.from() + "-" + last);
    Optional<String> validator = partial.strongValidator();
    // RFC 9110 section 13.1.5: the part if the representation is unchanged, else all of the new one
    return new RequestHead(
        request.method(),
        request.url(),
        validator.isPresent() ? fields.with("If-Range", validator.get()) : fields);
  }

  /** Judges the answer; a part is combined only where it is exactly the one that is missing. */
  public Outcome judge(ResponseHead response, Instant requestTime, Instant responseTime) {
    if (response.status() == 416) {
      return new Outcome.StartOver();
    }
    if (response.status() != 206) {
      return new Outcome.PassOn();
    }
    Optional<PartialResponse.Arrival> arrival =
        PartialResponse.partly(
            forward, response, requestTime, responseTime, partial.whole().content().root());
    boolean fits =
        arrival.isPresent()
            && arrival.get().from() == gap.from()
            && arrival.get().until() == gap.until()
            && partial.combinesWith(arrival.get().response());
    return fits
        ? new Outcome.Combined(partial.updatedBy(arrival.get().response()))
        : new Outcome.StartOver();
  }

  /** The head of the answer that is put together. */
  public ResponseHead head(PartialResponse updated, Instant now) {
    if (target.length() == updated.length()) {
      return updated.wholeHead();
    }
    RangeRequest.Part part = new RangeRequest.Part(target.from(), target.until() - 1);
    ResponseHead head =
        ServedHead.of(
            updated.whole(),
            Freshness.currentAge(updated.whole(), now),
            part,
            CacheStatus.forward(CacheStatus.ForwardReason.PARTIAL));
    return new ResponseHead(head.status(), head.reason(), head.fields().without("Cache-Status"));
  }
}
