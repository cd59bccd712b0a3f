package dev.fugitive.client.documents;

import okhttp3.HttpUrl;
import okio.Buffer;
import okio.ByteString;

/**
 * What a resource is called in what documents say: its URL with the percent-encodings undone, since
 * those who write an index and those who fetch by it encode differently (apt asks for {@code
 * libstdc%2b%2b6.deb}), hashed, so that a list of names is no list of what somebody read.
 *
 * @param hash {@value #BYTES} bytes
 */
public record ResourceName(ByteString hash) implements Comparable<ResourceName> {
  /** So many bytes of a SHA-256 tell a name from all others that anybody can make. */
  public static final int BYTES = 20;

  public ResourceName {
    if (hash.size() != BYTES) {
      throw new IllegalArgumentException(
          "name bytes: " + hash.size() + " (expected: " + BYTES + ")");
    }
  }

  /** The name of what a URL names. */
  public static ResourceName of(HttpUrl url) {
    Buffer text = new Buffer();
    text.writeUtf8(origin(url));
    for (String segment : url.pathSegments()) {
      // no segment contains a zero byte that a client would send
      text.writeByte(0).writeUtf8(segment);
    }
    String query = url.encodedQuery();
    if (query != null) {
      text.writeByte(0).writeByte('?').writeUtf8(query);
    }
    return new ResourceName(text.sha256().substring(0, BYTES));
  }

  /** Scheme, host and port of a URL in one spelling. */
  public static String origin(HttpUrl url) {
    return url.scheme() + "://" + url.host() + ":" + url.port();
  }

  @Override
  public int compareTo(ResourceName other) {
    return hash.compareTo(other.hash);
  }
}
