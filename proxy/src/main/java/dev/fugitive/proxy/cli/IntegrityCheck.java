package dev.fugitive.proxy.cli;

import dev.fugitive.cache.content.Digest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Set;
import java.util.stream.Collectors;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** Watches a body go by, and knows at its end whether it was the wanted one. */
final class IntegrityCheck {
  private final Set<Digest> wanted;
  private final Digest.@Nullable Algorithm algorithm;
  private final @Nullable MessageDigest digest;
  private @Nullable Digest found;

  /**
   * Starts before the first byte.
   *
   * @param wanted digests of one algorithm, one of which the body must have; any body passes where
   *     there is none
   */
  IntegrityCheck(Set<Digest> wanted) {
    this.wanted = wanted;
    this.algorithm = wanted.isEmpty() ? null : wanted.iterator().next().algorithm();
    this.digest = algorithm == null ? null : digest(algorithm);
  }

  void update(byte[] bytes, int count) {
    if (digest != null) {
      digest.update(bytes, 0, count);
    }
  }

  boolean isPassed() {
    if (algorithm == null || digest == null) {
      return true;
    }
    found = new Digest(algorithm, ByteString.of(digest.digest()));
    return wanted.contains(found);
  }

  String found() {
    return String.valueOf(found);
  }

  String wanted() {
    return wanted.stream().map(Digest::toString).collect(Collectors.joining(" or "));
  }

  private static MessageDigest digest(Digest.Algorithm algorithm) {
    try {
      return MessageDigest.getInstance(algorithm.javaName());
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException(
          algorithm.javaName() + " (expected: in every Java runtime)", missing);
    }
  }
}
