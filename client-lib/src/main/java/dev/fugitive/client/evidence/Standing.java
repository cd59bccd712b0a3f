package dev.fugitive.client.evidence;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.client.documents.ResourceName;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import okhttp3.HttpUrl;
import okio.ByteString;

/**
 * Who makes a request, as far as it tells, and so whose documents may speak to it.
 *
 * <p>A request is free to lie about itself; then it deceives nobody but its own program, which
 * could have asked for anything anyway. What must not be possible is that a page or a program makes
 * <em>another</em> one's request be answered by its word. Browsers let no page write {@code
 * Origin}, {@code Referer} of another origin, or {@code Sec-Fetch-*}.
 *
 * @param page the origin of the page that makes it, for a script or a style sheet
 * @param program see {@link DocumentFacts#programOf}; empty for a browser
 */
record Standing(HttpUrl url, Optional<String> page, ByteString program, boolean hasCookie) {
  private static final List<String> PAGE_DESTINATIONS = List.of("script", "style");

  static Standing of(RequestHead request) {
    return of(HttpUrl.get(request.url()), request.fields());
  }

  static Standing of(HttpUrl url, Fields fields) {
    return new Standing(
        url,
        page(url, fields),
        isBrowser(fields) ? ByteString.EMPTY : DocumentFacts.programOf(fields),
        fields.has("Cookie") || fields.has("Cookie2"));
  }

  private static Optional<String> page(HttpUrl url, Fields fields) {
    boolean otherwiseUsed =
        fields
            .first("Sec-Fetch-Dest")
            .filter(use -> !PAGE_DESTINATIONS.contains(use.strip().toLowerCase(Locale.ROOT)))
            .isPresent();
    if (otherwiseUsed) {
      return Optional.empty();
    }
    if (fields.has("Origin")) {
      return origin(fields, "Origin");
    }
    if (fields.has("Referer")) {
      return origin(fields, "Referer");
    }
    // a page that keeps its address to itself still loads its own scripts
    return fields.first("Sec-Fetch-Site").filter("same-origin"::equals).isPresent()
        ? Optional.of(ResourceName.origin(url))
        : Optional.empty();
  }

  private static Optional<String> origin(Fields fields, String name) {
    List<String> values = fields.all(name);
    HttpUrl page = values.size() == 1 ? HttpUrl.parse(values.get(0).strip()) : null;
    return Optional.ofNullable(page).map(ResourceName::origin);
  }

  private static boolean isBrowser(Fields fields) {
    return fields.has("Sec-Fetch-Mode") || fields.has("Origin") || fields.has("Referer");
  }

  /** Whether a document's word counts for this request, if it is about this resource. */
  boolean heeds(DocumentFacts document) {
    if (hasCookie && !document.isPublic()) {
      return false;
    }
    return switch (document.hearing()) {
      case ANYBODY -> document.origin().equals(ResourceName.origin(url));
      case OWN_PAGES -> page.filter(document.origin()::equals).isPresent();
      case SAME_PROGRAM -> program.size() > 0 && program.equals(document.program());
    };
  }

  /** The marks under which documents are found that may speak to this request. */
  List<String> marks() {
    Set<String> marks = new LinkedHashSet<>();
    marks.add(ResourceName.origin(url));
    page.ifPresent(marks::add);
    if (program.size() > 0) {
      marks.add(program.hex());
    }
    return List.copyOf(marks);
  }

  /** The mark that a document is found by. */
  static String markOf(DocumentFacts document) {
    return switch (document.hearing()) {
      case ANYBODY, OWN_PAGES -> document.origin();
      case SAME_PROGRAM -> document.program().hex();
    };
  }
}
