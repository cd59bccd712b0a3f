package dev.fugitive.client.documents;

import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import okhttp3.HttpUrl;
import okhttp3.MediaType;

/**
 * A whole answer that may be a document: its URL and the heads it came with.
 *
 * @param request as the client sent it
 * @param head status 200
 */
public record Document(HttpUrl url, RequestHead request, ResponseHead head) {
  /** The media type without parameters, in lower case; empty where there is none, or several. */
  public String mediaType() {
    List<String> types = head.fields().all("Content-Type");
    return types.size() == 1 ? types.get(0).split(";", 2)[0].strip().toLowerCase(Locale.ROOT) : "";
  }

  /** The text's encoding, UTF-8 where none is stated that is known. */
  Charset charset() {
    MediaType type = head.fields().first("Content-Type").map(MediaType::parse).orElse(null);
    Charset stated = type == null ? null : type.charset(StandardCharsets.UTF_8);
    return stated == null ? StandardCharsets.UTF_8 : stated;
  }

  /** The last segment of the path, decoded. */
  String fileName() {
    List<String> segments = url.pathSegments();
    return segments.get(segments.size() - 1);
  }

  /** Whether a browser would show or run it. */
  boolean isActive() {
    String type = mediaType();
    return type.equals("text/html")
        || type.endsWith("javascript")
        || type.equals("text/css")
        || type.equals("image/svg+xml")
        || type.equals("application/xhtml+xml");
  }

  /** Whether the client said by {@code Accept} that it knows this media type. */
  boolean isAskedForAs(String mediaType) {
    return request.fields().all("Accept").stream()
        .anyMatch(accepted -> accepted.toLowerCase(Locale.ROOT).contains(mediaType));
  }
}
