package dev.fugitive.cache.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import okio.Buffer;
import okio.ByteString;

/**
 * The name of a resource: SHA-256 of method, normal URL and the request fields that {@code Vary}
 * selects.
 *
 * <p>The primary key covers method and URL alone and finds all variants; a variant key adds the
 * selecting fields. {@code HEAD} has the key of {@code GET}, whose stored response answers it. What
 * is hashed is unambiguous: every part goes in with its length, and a selecting field that the
 * request did not have differs from one that is empty.
 */
public record ResourceKey(ByteString hash) {
  /** Bytes of a key. */
  public static final int HASH_BYTES = 32;

  public ResourceKey {
    if (hash.size() != HASH_BYTES) {
      throw new IllegalArgumentException("key bytes: " + hash.size() + " (expected: 32)");
    }
  }

  /** The key of all variants of what this request names. */
  public static ResourceKey primary(RequestHead request) {
    return primary(request.method(), request.url());
  }

  /** The key of all variants of a method and URL. */
  public static ResourceKey primary(String method, String url) {
    Buffer hashed = new Buffer();
    writeMethodAndUrl(hashed, method, url);
    return new ResourceKey(hashed.sha256());
  }

  /**
   * The key of the variant that this request selects.
   *
   * @param varyNames the names that the response nominates, see {@link Vary#names}
   */
  public static ResourceKey variant(RequestHead request, List<String> varyNames) {
    return variant(
        request.method(), request.url(), varyNames, Vary.select(request.fields(), varyNames));
  }

  static ResourceKey variant(String method, String url, List<String> varyNames, Fields selecting) {
    Buffer hashed = new Buffer();
    writeMethodAndUrl(hashed, method, url);
    for (String name : varyNames) {
      write(hashed, name);
      selecting
          .first(name)
          .ifPresentOrElse(
              value -> {
                hashed.writeByte(1);
                write(hashed, value);
              },
              () -> hashed.writeByte(0));
    }
    return new ResourceKey(hashed.sha256());
  }

  private static void writeMethodAndUrl(Buffer into, String method, String url) {
    write(into, method.equals("HEAD") ? "GET" : method);
    write(into, NormalUrl.of(url));
  }

  private static void write(Buffer into, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    into.writeInt(bytes.length).write(bytes);
  }

  @Override
  public String toString() {
    return hash.hex().substring(0, 16);
  }
}
