package dev.fugitive.cache.http;

import java.util.ArrayList;
import java.util.List;
import okio.ByteString;

/**
 * Several ranges of one body as {@code multipart/byteranges} (RFC 9110 section 14.6): the bytes
 * between the ranges, and how long all of it is.
 *
 * @param boundary a hash of the content's id, which the content therefore does not contain
 * @param sections the ranges, each with what goes before it
 * @param end what goes after the last one
 */
public record MultipartRanges(String boundary, List<Section> sections, ByteString end) {
  private static final int BOUNDARY_CHARACTERS = 32;

  /** A range and what goes before it. */
  public record Section(ByteString before, RangeRequest.Part part) {}

  /** The ranges of a stored body. */
  public static MultipartRanges of(StoredResponse stored, RangeRequest.Several several) {
    String boundary = stored.content().root().sha256().hex().substring(0, BOUNDARY_CHARACTERS);
    String type =
        stored
            .head()
            .fields()
            .first("Content-Type")
            .map(value -> "Content-Type: " + value + "\r\n")
            .orElse("");
    List<Section> sections = new ArrayList<>();
    for (RangeRequest.Part part : several.parts()) {
      String before =
          (sections.isEmpty() ? "--" : "\r\n--")
              + "%s\r\n%sContent-Range: bytes %d-%d/%d\r\n\r\n"
                  .formatted(boundary, type, part.first(), part.last(), stored.content().length());
      sections.add(new Section(ByteString.encodeUtf8(before), part));
    }
    return new MultipartRanges(
        boundary, List.copyOf(sections), ByteString.encodeUtf8("\r\n--" + boundary + "--\r\n"));
  }

  /** The value of {@code Content-Type}. */
  public String contentType() {
    return "multipart/byteranges; boundary=" + boundary;
  }

  /** Bytes of the message's body. */
  public long length() {
    return end.size()
        + sections.stream().mapToLong(one -> one.before().size() + one.part().length()).sum();
  }
}
