package dev.fugitive.client.documents;

import java.util.List;
import java.util.Optional;
import okhttp3.HttpUrl;

/** Places within an origin. */
final class Scope {
  private Scope() {}

  static boolean isSameOrigin(HttpUrl one, HttpUrl other) {
    return one.scheme().equals(other.scheme())
        && one.host().equals(other.host())
        && one.port() == other.port();
  }

  /** Whether a resource lies in the directory of a document, or beneath. */
  static boolean isBesideOrBeneath(HttpUrl document, HttpUrl resource) {
    return isBeneath(document, directory(document), resource);
  }

  /** The directory that a document lies in. */
  static List<String> directory(HttpUrl document) {
    List<String> segments = document.pathSegments();
    return segments.subList(0, segments.size() - 1);
  }

  /** Whether a resource of the document's origin lies beneath a directory. */
  static boolean isBeneath(HttpUrl document, List<String> directory, HttpUrl resource) {
    List<String> segments = resource.pathSegments();
    return isSameOrigin(document, resource)
        && segments.size() > directory.size()
        && segments.subList(0, directory.size()).equals(directory);
  }

  /**
   * A file beneath a directory by its relative name, as it stands in an index; empty where the name
   * leads elsewhere.
   */
  static Optional<HttpUrl> file(HttpUrl document, List<String> directory, String name) {
    String relative = name;
    while (relative.startsWith("./")) {
      relative = relative.substring(2);
    }
    HttpUrl.Builder url =
        document.newBuilder().encodedPath("/").query(null).fragment(null).username("").password("");
    directory.forEach(url::addPathSegment);
    for (String segment : relative.split("/", -1)) {
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        return Optional.empty();
      }
      url.addPathSegment(segment);
    }
    HttpUrl file = url.build();
    return isBeneath(document, directory, file) ? Optional.of(file) : Optional.empty();
  }
}
