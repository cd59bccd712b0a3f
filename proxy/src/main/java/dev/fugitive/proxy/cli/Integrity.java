package dev.fugitive.proxy.cli;

import dev.fugitive.proxy.config.SettingsException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.Optional;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** A digest that a body must have, in the syntax of Subresource Integrity. */
record Integrity(String algorithm, ByteString digest) {
  private static final Map<String, String> NAMES =
      Map.of("sha256", "SHA-256", "sha384", "SHA-384", "sha512", "SHA-512");

  static Integrity parse(String text) throws SettingsException {
    int dash = text.indexOf('-');
    String algorithm = dash < 0 ? "" : text.substring(0, dash);
    ByteString digest = ByteString.decodeBase64(text.substring(dash + 1));
    String expected = "sha256-BASE64, sha384-BASE64 or sha512-BASE64";
    if (!NAMES.containsKey(algorithm) || digest == null) {
      throw new SettingsException("--integrity: " + text + " (expected: " + expected + ")");
    }
    if (digest.size() * 8 != Integer.parseInt(algorithm.substring(3))) {
      throw new SettingsException(
          "--integrity: "
              + digest.size()
              + " bytes of "
              + algorithm
              + " (expected: "
              + expected
              + ")");
    }
    return new Integrity(algorithm, digest);
  }

  @Override
  public String toString() {
    return algorithm + "-" + digest.base64();
  }

  /** Watches a body go by, and knows at its end whether it was the wanted one. */
  static Check check(Optional<Integrity> wanted) {
    return new Check(wanted.orElse(null));
  }

  /** See {@link #check}. */
  static final class Check {
    private final @Nullable Integrity wanted;
    private final @Nullable MessageDigest digest;
    private @Nullable Integrity found;

    private Check(@Nullable Integrity wanted) {
      this.wanted = wanted;
      this.digest = wanted == null ? null : digest(wanted.algorithm());
    }

    void update(byte[] bytes, int count) {
      if (digest != null) {
        digest.update(bytes, 0, count);
      }
    }

    boolean isPassed() {
      if (wanted == null || digest == null) {
        return true;
      }
      found = new Integrity(wanted.algorithm(), ByteString.of(digest.digest()));
      return found.equals(wanted);
    }

    String found() {
      return String.valueOf(found);
    }

    String wanted() {
      return String.valueOf(wanted);
    }

    private static MessageDigest digest(String algorithm) {
      try {
        return MessageDigest.getInstance(NAMES.getOrDefault(algorithm, algorithm));
      } catch (NoSuchAlgorithmException missing) {
        throw new IllegalStateException(algorithm + " (expected: in every Java runtime)", missing);
      }
    }
  }
}
