package dev.fugitive.cache.http;

import dev.fugitive.cache.content.ContentId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import okio.ByteString;

/**
 * A response of whose body parts came (RFC 9111 sections 3.3 and 3.4).
 *
 * @param whole the response as it will be when it is whole: 200, without {@code Content-Range};
 *     until then its content's id is a name with the body's length, and no hash
 * @param lengthKnown false where the origin contradicted itself about the length; the parts then
 *     reach to the end of what it sent
 */
public record PartialResponse(StoredResponse whole, boolean lengthKnown) {
  /**
   * A response that encloses one range, or is whole and may be interrupted, with the bytes that it
   * announces.
   */
  public record Arrival(PartialResponse response, long from, long until) {}

  /**
   * What a 206 brings; empty where it may not be stored, or does not say what it is.
   *
   * <p>RFC 9110 section 15.3.7.1: a 206 is self-descriptive, and what it says counts, whatever was
   * asked for. Where it contradicts itself, {@link #doubtful} is what remains.
   *
   * @param request as it was sent
   * @param name a random number of 32 bytes
   */
  public static Optional<Arrival> partly(
      RequestHead request,
      ResponseHead response,
      Instant requestTime,
      Instant responseTime,
      ByteString name) {
    Optional<ContentRange> range = ContentRange.of(response);
    // RFC 9110 section 14.2: "the Range header field ... for GET"; unasked for, 206 is no answer
    if (response.status() != 206 || range.isEmpty() || !request.fields().has("Range")) {
      return Optional.empty();
    }
    ContentRange stated = range.get();
    OptionalLong framed = contentLength(response);
    if (framed.isPresent() && framed.getAsLong() != stated.length()) {
      return doubtful(request, stated, framed.getAsLong())
          .flatMap(until ->
              stored(request, response, requestTime, responseTime, new ContentId(name, until))
                  .map(whole ->
                      new Arrival(new PartialResponse(whole, false), stated.first(), until)));
    }
    if (stated.completeLength().isEmpty()
        || stated.completeLength().getAsLong() > ContentId.MAX_LENGTH) {
      return Optional.empty();
    }
    ContentId content = new ContentId(name, stated.completeLength().getAsLong());
    return stored(request, response, requestTime, responseTime, content)
        .map(whole ->
            new Arrival(new PartialResponse(whole, true), stated.first(), stated.last() + 1));
  }

  /**
   * Where {@code Content-Range} and the message's framing count differently, what both leave
   * certain: where the first byte is, how many came, and, if the end was asked for and the origin
   * says that it is there, that the last one that came is the end. How long the whole is stays
   * open; such parts are used as they are, and never combined (RFC 9110 section 14.4).
   */
  private static Optional<Long> doubtful(RequestHead request, ContentRange stated, long framed) {
    List<String> asked = request.fields().all("Range");
    boolean toTheEnd = asked.size() == 1 && asked.getFirst().matches("bytes=(\\d+-|-\\d+)");
    boolean atTheEnd =
        stated.completeLength().isPresent()
            && stated.completeLength().getAsLong() == stated.last() + 1;
    boolean sane = framed > 0 && framed <= ContentId.MAX_LENGTH - stated.first();
    return toTheEnd && atTheEnd && sane ? Optional.of(stated.first() + framed) : Optional.empty();
  }

  /**
   * What a 200 brings that may be interrupted; empty where what came before could not be told from
   * another representation's bytes.
   */
  public static Optional<Arrival> wholly(
      RequestHead request,
      ResponseHead response,
      Instant requestTime,
      Instant responseTime,
      ByteString name) {
    OptionalLong length = contentLength(response);
    if (response.status() != 200 || length.isEmpty() || length.getAsLong() == 0) {
      return Optional.empty();
    }
    ContentId content = new ContentId(name, length.getAsLong());
    return stored(request, response, requestTime, responseTime, content)
        .map(whole -> new PartialResponse(whole, true))
        .filter(partial -> partial.strongValidator().isPresent())
        .map(partial -> new Arrival(partial, 0, length.getAsLong()));
  }

  private static Optional<StoredResponse> stored(
      RequestHead request,
      ResponseHead response,
      Instant requestTime,
      Instant responseTime,
      ContentId content) {
    // RFC 9111 section 3.4: what is combined is a 200, or the parts of one
    Fields fields = response.fields().without("Content-Range").without("Content-Length");
    ResponseHead head = new ResponseHead(200, "OK", fields);
    RequestHead whole = Preconditions.unconditional(request);
    boolean storable =
        request.method().equals("GET")
            && Storability.mayStore(whole, head, responseTime) instanceof Storability.Storable;
    return storable
        ? Optional.of(StoredResponse.of(whole, head, requestTime, responseTime, content))
        : Optional.empty();
  }

  private static OptionalLong contentLength(ResponseHead response) {
    List<String> lengths = FieldValues.members(response.fields().all("Content-Length"));
    boolean one = lengths.stream().distinct().count() == 1;
    return one
            && lengths.getFirst().matches("\\d{1,18}")
            && Long.parseLong(lengths.getFirst()) <= ContentId.MAX_LENGTH
        ? OptionalLong.of(Long.parseLong(lengths.getFirst()))
        : OptionalLong.empty();
  }

  /** Bytes of the whole. */
  public long length() {
    return whole.content().length();
  }

  /**
   * The validator that ties parts together, as {@code If-Range} carries it: a strong entity tag, or
   * a modification date that is strong because it lies at least a second before {@code Date} (RFC
   * 9110 sections 8.8.2.2 and 13.1.5).
   */
  public Optional<String> strongValidator() {
    Fields fields = whole.head().fields();
    if (fields.has("ETag")) {
      return whole.entityTag().filter(tag -> !tag.weak()).map(EntityTag::toString);
    }
    return whole
        .lastModified()
        .filter(date -> !date.isAfter(whole.date().minusSeconds(1)))
        .flatMap(date -> fields.first("Last-Modified"));
  }

  /**
   * RFC 9111 section 3.4: parts are combined "if they all share the same strong validator". Length
   * and coding must agree, too, or one of them is wrong.
   */
  public boolean combinesWith(PartialResponse newer) {
    return lengthKnown
        && newer.lengthKnown
        && length() == newer.length()
        && strongValidator().isPresent()
        && strongValidator().equals(newer.strongValidator())
        && coding().equals(newer.coding())
        && whole.variantKey().equals(newer.whole.variantKey());
  }

  private List<String> coding() {
    return whole.head().fields().all("Content-Encoding");
  }

  /** RFC 9111 section 3.4: combined, the fields of the newer response replace those stored. */
  public PartialResponse updatedBy(PartialResponse newer) {
    if (newer.whole.date().isBefore(whole.date())) {
      return this;
    }
    ResponseHead head =
        StoredHead.update(whole.head(), newer.whole.head(), newer.whole.responseTime());
    return with(whole.validated(head, newer.whole.requestTime(), newer.whole.responseTime()));
  }

  /** The same parts of a response that the origin has confirmed. */
  public PartialResponse with(StoredResponse confirmed) {
    return new PartialResponse(confirmed, lengthKnown);
  }

  /**
   * RFC 9111 section 4.3.5: what a 200 to {@code HEAD} makes of it; empty where it shows that the
   * representation is another one.
   */
  public Optional<PartialResponse> updatedByHead(
      ResponseHead response, Instant requestTime, Instant responseTime) {
    OptionalLong length = contentLength(response);
    Fields fields = whole.head().fields();
    boolean same =
        strongValidator().isPresent()
            && response.fields().first("ETag").equals(fields.first("ETag"))
            && response.fields().first("Last-Modified").equals(fields.first("Last-Modified"))
            && (length.isEmpty() || (lengthKnown && length.getAsLong() == length()));
    ResponseHead head = StoredHead.update(whole.head(), response, responseTime);
    return same
        ? Optional.of(with(whole.validated(head, requestTime, responseTime)))
        : Optional.empty();
  }

  /** Whether a request's fields select this response (RFC 9111 section 4.1). */
  public boolean isSelectedBy(RequestHead request) {
    return Selection.select(request, List.of(whole)).isPresent();
  }

  /** The head of all of it. */
  public ResponseHead wholeHead() {
    Fields fields = whole.head().fields().with("Content-Length", Long.toString(length()));
    return new ResponseHead(200, "OK", fields);
  }

  /** A head of an answer, which claims no length that is not known. */
  public ResponseHead withoutDoubt(ResponseHead head) {
    Optional<ContentRange> range = ContentRange.of(head);
    if (lengthKnown || range.isEmpty()) {
      return head;
    }
    ContentRange open =
        new ContentRange(range.get().first(), range.get().last(), OptionalLong.empty());
    return new ResponseHead(
        head.status(), head.reason(), head.fields().with("Content-Range", open.toString()));
  }
}
