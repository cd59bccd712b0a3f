package dev.fugitive.cache.http;

import dev.fugitive.cache.content.ByteRange;
import dev.fugitive.cache.content.ByteRanges;
import java.time.Instant;
import java.util.List;

/**
 * What a request gets from the parts of a response that are stored (RFC 9111 section 3.3: "a cache
 * MUST NOT use an incomplete response to answer requests unless the response has been made complete
 * or the request is partial and specifies a range wholly within the incomplete response").
 *
 * <p>The rules for whole responses decide first, as if all of it were here; then, whether what they
 * would serve is.
 */
public sealed interface PartialUse {
  /** Answer from the parts. */
  record Answer(CacheDecision decision) implements PartialUse {}

  /** The bytes are here; ask whether they still hold, for the same range. */
  record Validate(CacheDecision.Revalidate asked) implements PartialUse {}

  /** The parts do not answer this request. */
  record None() implements PartialUse {}

  /**
   * Decides.
   *
   * @param held the bytes that are here
   */
  static PartialUse of(RequestHead request, PartialResponse partial, ByteRanges held, Instant now) {
    if (!request.method().equals("GET")) {
      return new None();
    }
    CacheDecision decision = CachePolicy.decide(request, List.of(partial.whole()), now);
    boolean answers =
        switch (decision) {
          case CacheDecision.Serve serve -> isHere(serve.body(), partial, held);
          case CacheDecision.ServeStale stale ->
              stale.revalidation().isEmpty() && isHere(stale.body(), partial, held);
          case CacheDecision.ServeNotModified same -> same.revalidation().isEmpty();
          case CacheDecision.Unsatisfiable none ->
              none.head().status() == 416 && partial.lengthKnown();
          case CacheDecision.Revalidate ignored -> false;
          case CacheDecision.ValidateAny ignored -> false;
          case CacheDecision.Fill ignored -> false;
          case CacheDecision.Forward ignored -> false;
        };
    if (answers) {
      return new Answer(decision);
    }
    return decision instanceof CacheDecision.Revalidate asked
        ? validate(asked, partial, held, now)
        : new None();
  }

  private static PartialUse validate(
      CacheDecision.Revalidate asked, PartialResponse partial, ByteRanges held, Instant now) {
    boolean wanted =
        RangeRequest.of(asked.client(), partial.whole(), now) instanceof RangeRequest.Servable body
            && isHere(body, partial, held);
    List<String> range = asked.client().fields().all("Range");
    if (!wanted || range.size() != 1 || partial.strongValidator().isEmpty()) {
      return new None();
    }
    // section 4.3.1: a conditional request may be a range request; if the representation is another
    // one now, the client gets its range of that, and not all of it
    RequestHead forward =
        new RequestHead(
            asked.forward().method(),
            asked.forward().url(),
            asked.forward().fields().with("Range", range.getFirst()));
    return new Validate(
        new CacheDecision.Revalidate(
            asked.stored(),
            asked.client(),
            forward,
            asked.staleIfUnreachable(),
            asked.staleIfError(),
            asked.status()));
  }

  private static boolean isHere(
      RangeRequest.Servable body, PartialResponse partial, ByteRanges held) {
    return switch (body) {
      case RangeRequest.Whole ignored ->
          partial.lengthKnown() && held.contains(0, partial.length());
      case RangeRequest.Part part -> isHere(part, held);
      case RangeRequest.Several several ->
          partial.lengthKnown() && several.parts().stream().allMatch(part -> isHere(part, held));
    };
  }

  private static boolean isHere(RangeRequest.Part part, ByteRanges held) {
    ByteRange wanted = new ByteRange(part.first(), part.last() + 1);
    return held.contains(wanted.from(), wanted.until());
  }
}
