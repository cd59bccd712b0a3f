package dev.fugitive.client.mirror;

import okhttp3.HttpUrl;

/**
 * Something that a mirror is told to keep.
 *
 * @param url normalised, {@code http:} or {@code https:}, without user name and fragment
 */
public record MirrorSource(Kind kind, String url) {
  /** The longest URL, in characters. */
  public static final int MAX_URL_LENGTH = 2048;

  /** What is at the URL. */
  public enum Kind {
    /** The content itself. */
    CONTENT,
    /** A text with one URL a line, each of which is kept; lines that begin with # are comments. */
    LIST,
    /** A site manifest, each of whose files is kept. */
    MANIFEST
  }

  public MirrorSource {
    if (!normal(url).equals(url)) {
      throw new IllegalArgumentException("URL: " + url + " (expected: its normal form)");
    }
  }

  /**
   * Of a URL as people write it.
   *
   * @throws IllegalArgumentException where it is none that can be kept
   */
  public static MirrorSource of(Kind kind, String url) {
    return new MirrorSource(kind, normal(url));
  }

  /** The form under which a URL is kept. */
  static String normal(String text) {
    HttpUrl url = text.length() > MAX_URL_LENGTH ? null : HttpUrl.parse(text);
    if (url == null || !url.username().isEmpty() || !url.password().isEmpty()) {
      throw new IllegalArgumentException(
          "URL: "
              + text.substring(0, Math.min(80, text.length()))
              + " (expected: http or https, without a user name, at most "
              + MAX_URL_LENGTH
              + " characters)");
    }
    return url.newBuilder().fragment(null).build().toString();
  }
}
