package dev.fugitive.client.documents;

import java.util.List;
import okhttp3.HttpUrl;

/** Where in a Debian archive a document lies, by its URL. */
final class DebianPlace {
  private DebianPlace() {}

  /**
   * The directory that file names in a {@code Packages} begin at: what is before {@code /dists/};
   * an archive without one is flat, and names what lies beside the index.
   */
  static List<String> archiveRoot(HttpUrl document) {
    List<String> segments = document.pathSegments();
    int dists = segments.lastIndexOf("dists");
    return segments.subList(0, dists < 0 ? segments.size() - 1 : dists);
  }

  static boolean isBeneathDists(HttpUrl document) {
    return document.pathSegments().lastIndexOf("dists") >= 0;
  }
}
