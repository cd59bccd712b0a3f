package dev.fugitive.cache.http;

import dev.fugitive.cache.http.CacheControl.Directive;
import java.util.List;
import java.util.Set;

/** The head of an answer whose content coding was undone on its way (RFC 9110 section 7.7). */
public final class DecodedHead {
  /** What speaks of the coded bytes alone. */
  private static final Set<String> OF_CODED_BYTES =
      Set.of(
          "content-encoding",
          "content-length",
          "accept-ranges",
          "content-md5",
          "digest",
          "content-digest",
          "repr-digest");

  private DecodedHead() {}

  /**
   * Whether an answer may be given decoded: neither side forbids that (RFC 9110 section 7.7), and
   * the client takes what has no coding.
   */
  public static boolean isAllowed(RequestHead request, ResponseHead answer) {
    return !CacheControl.of(request.fields()).has(Directive.NO_TRANSFORM)
        && !CacheControl.of(answer.fields()).has(Directive.NO_TRANSFORM)
        && AcceptEncoding.of(request.fields()).takesIdentity();
  }

  /**
   * The head of the decoded bytes. The origin's entity tag names the coded ones, so it is weak from
   * here on: the origin still knows it in {@code If-None-Match}.
   */
  public static ResponseHead of(ResponseHead answer, long lengthBytes) {
    List<Fields.Field> lines =
        answer.fields().lines().stream()
            .filter(line -> !OF_CODED_BYTES.contains(FieldValues.lower(line.name())))
            .map(DecodedHead::weakened)
            .toList();
    return new ResponseHead(
        answer.status(),
        answer.reason(),
        new Fields(lines).with("Content-Length", Long.toString(lengthBytes)));
  }

  private static Fields.Field weakened(Fields.Field line) {
    return line.name().equalsIgnoreCase("ETag")
        ? EntityTag.parse(line.value())
            .map(tag -> new Fields.Field(line.name(), new EntityTag(true, tag.opaque()).toString()))
            .orElse(line)
        : line;
  }
}
