package dev.fugitive.client.documents;

import dev.fugitive.cache.content.Digest;
import java.util.List;
import okhttp3.HttpUrl;

/**
 * What a document says about another resource.
 *
 * @param url the resource
 * @param anyOf the resource has one of these digests; never empty
 * @param lengthBytes of the resource, or -1 where the document does not say
 */
public record NamedDigest(HttpUrl url, List<Digest> anyOf, long lengthBytes) {
  /** The most digests of one statement. */
  public static final int MAX_DIGESTS = 16;

  public NamedDigest {
    anyOf = List.copyOf(anyOf);
    if (anyOf.isEmpty() || anyOf.size() > MAX_DIGESTS) {
      throw new IllegalArgumentException(
          "digests: " + anyOf.size() + " (expected: 1 to " + MAX_DIGESTS + ")");
    }
    if (lengthBytes < -1) {
      throw new IllegalArgumentException("length: " + lengthBytes + " (expected: at least -1)");
    }
  }

  /** With a length that the document does not say. */
  public NamedDigest(HttpUrl url, List<Digest> anyOf) {
    this(url, anyOf, -1);
  }
}
