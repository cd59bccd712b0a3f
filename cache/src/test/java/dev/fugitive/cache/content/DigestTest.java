package dev.fugitive.cache.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.Example;
import okio.ByteString;

/** Integrity metadata as publishers write it. */
final class DigestTest {
  private static final ByteString BODY = ByteString.encodeUtf8("alert('Hello, world.');");
  private static final String SHA_256 = "sha256-" + BODY.sha256().base64();
  private static final String SHA_512 = "sha512-" + BODY.sha512().base64();

  /** The example of SRI, section 3.5. */
  @Example
  void theExampleOfTheSpecificationIsRead() {
    String metadata = "sha384-H8BRh8j48O9oYatfu5AZzq6A9RINhZO5H16dQZngK7T62em8MUt1FLm52t+eX6xO";
    assertThat(Digest.parseIntegrity(metadata)).hasSize(1);
    assertThat(Digest.parseIntegrity(metadata).iterator().next()).hasToString(metadata);
  }

  @Example
  void theStrongestAlgorithmWinsInAnyOrder() {
    Digest strong = new Digest(Digest.Algorithm.SHA_512, BODY.sha512());
    assertThat(Digest.parseIntegrity(SHA_256 + " " + SHA_512)).containsExactly(strong);
    assertThat(Digest.parseIntegrity(SHA_512 + "\n\t" + SHA_256)).containsExactly(strong);
  }

  @Example
  void severalOfTheStrongestAreAllKept() {
    String other = "sha256-" + ByteString.EMPTY.sha256().base64();
    assertThat(Digest.parseIntegrity(SHA_256 + " " + other)).hasSize(2);
  }

  @Example
  void unknownAlgorithmsAndOptionsAreIgnored() {
    assertThat(Digest.parseIntegrity("md5-abc sha1-def blake3-? nothing")).isEmpty();
    assertThat(Digest.parseIntegrity("")).isEmpty();
    assertThat(Digest.parseIntegrity("md5-abc " + SHA_256 + "?ct=text/javascript"))
        .containsExactly(new Digest(Digest.Algorithm.SHA_256, BODY.sha256()));
  }

  @Example
  void theUrlAlphabetIsTheSameDigest() {
    assertThat(Digest.parseIntegrity("sha512-" + BODY.sha512().base64Url()))
        .isEqualTo(Digest.parseIntegrity(SHA_512));
  }

  @Example
  void malformedDigestsOfKnownAlgorithmsAreRefused() {
    refused("sha256-", "digest bytes: 0 (expected: 32)");
    refused("sha256-AAAA", "digest bytes: 3 (expected: 32)");
    refused("sha256-!!!!", "expected: base64");
    refused("sha384-" + BODY.sha256().base64(), "digest bytes: 32 (expected: 48)");
    refused(SHA_512 + " sha256-AAAA", "digest bytes: 3");
    refused("sha256-" + BODY.sha256().base64().replaceAll(".=$", "B="), "canonical base64");
    refused("x".repeat(5000), "integrity characters: 5000");
  }

  private static void refused(String metadata, String message) {
    assertThatThrownBy(() -> Digest.parseIntegrity(metadata))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
