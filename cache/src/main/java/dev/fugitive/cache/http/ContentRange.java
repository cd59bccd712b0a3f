package dev.fugitive.cache.http;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a 206 says its bytes are (RFC 9110 section 14.4).
 *
 * @param first the position of the first byte
 * @param last the position of the last byte
 * @param completeLength of the whole representation; empty where the origin does not know it
 */
public record ContentRange(long first, long last, OptionalLong completeLength) {
  private static final Pattern BYTES =
      Pattern.compile("bytes +(\\d{1,18})-(\\d{1,18})/(\\*|\\d{1,18})", Pattern.CASE_INSENSITIVE);

  /** How many bytes. */
  public long length() {
    return last - first + 1;
  }

  /** The range of a response that encloses exactly one, well formed. */
  static Optional<ContentRange> of(ResponseHead response) {
    List<String> lines = response.fields().all("Content-Range");
    return lines.size() == 1 ? parse(lines.getFirst()) : Optional.empty();
  }

  /**
   * RFC 9110 section 14.4: invalid "if it contains a range-resp that has a last-pos value less than
   * its first-pos value, or a complete-length value less than or equal to its last-pos value. The
   * recipient of an invalid Content-Range MUST NOT attempt to recombine".
   */
  public static Optional<ContentRange> parse(String value) {
    Matcher matcher = BYTES.matcher(FieldValues.trim(value));
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long first = Long.parseLong(matcher.group(1));
    long last = Long.parseLong(matcher.group(2));
    OptionalLong complete =
        matcher.group(3).equals("*")
            ? OptionalLong.empty()
            : OptionalLong.of(Long.parseLong(matcher.group(3)));
    boolean valid = first <= last && (complete.isEmpty() || complete.getAsLong() > last);
    return valid ? Optional.of(new ContentRange(first, last, complete)) : Optional.empty();
  }

  /** The field's value. */
  @Override
  public String toString() {
    String complete = completeLength.isEmpty() ? "*" : Long.toString(completeLength.getAsLong());
    return "bytes " + first + "-" + last + "/" + complete;
  }
}
