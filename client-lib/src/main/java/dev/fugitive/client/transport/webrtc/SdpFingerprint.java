package dev.fugitive.client.transport.webrtc;

import dev.fugitive.client.transport.Signal;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okio.ByteString;

/**
 * The hash of the certificate that one end of a link presents in its DTLS handshake, as its session
 * description names it (RFC 8122, section 5).
 *
 * @param hashFunction in lower case, {@code sha-256}
 * @param hash the certificate's hash
 */
public record SdpFingerprint(String hashFunction, ByteString hash) {
  private static final String ATTRIBUTE = "a=fingerprint:";
  private static final int MAX_FINGERPRINTS = 8;

  /** RFC 8122, section 5: {@code hash-func SP UHEX *(":" UHEX)}; the hash in upper case. */
  private static final Pattern VALUE =
      Pattern.compile("(?<function>[A-Za-z0-9-]{1,32}) (?<hash>[0-9A-F]{2}(?::[0-9A-F]{2})*)");

  /**
   * The fingerprints of a description, each once, in order.
   *
   * @throws IllegalArgumentException where there is none, one is malformed, or one is weaker than
   *     SHA-256
   */
  public static Set<SdpFingerprint> of(Signal.Description description) {
    Set<SdpFingerprint> found = new LinkedHashSet<>();
    for (String line : description.text().split("\r?\n", -1)) {
      if (line.regionMatches(true, 0, ATTRIBUTE, 0, ATTRIBUTE.length())) {
        found.add(parse(line));
      }
      if (found.size() > MAX_FINGERPRINTS) {
        throw new IllegalArgumentException(
            "fingerprints: more than " + MAX_FINGERPRINTS + " (expected: 1)");
      }
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException("fingerprints: 0 (expected: at least 1)");
    }
    return found;
  }

  private static SdpFingerprint parse(String line) {
    Matcher value = VALUE.matcher(line.substring(ATTRIBUTE.length()));
    if (!line.startsWith(ATTRIBUTE) || !value.matches()) {
      throw new IllegalArgumentException(
          "fingerprint: " + line + " (expected: a=fingerprint:sha-256 HH:HH:...)");
    }
    String function = value.group("function").toLowerCase(Locale.ROOT);
    ByteString hash = ByteString.decodeHex(value.group("hash").replace(":", ""));
    int expectedBytes = hashBytes(function);
    if (hash.size() != expectedBytes) {
      throw new IllegalArgumentException(
          function + " bytes: " + hash.size() + " (expected: " + expectedBytes + ")");
    }
    return new SdpFingerprint(function, hash);
  }

  private static int hashBytes(String function) {
    return switch (function) {
      case "sha-256" -> 32;
      case "sha-384" -> 48;
      case "sha-512" -> 64;
      default ->
          throw new IllegalArgumentException(
              "hash function: " + function + " (expected: sha-256, sha-384 or sha-512)");
    };
  }
}
