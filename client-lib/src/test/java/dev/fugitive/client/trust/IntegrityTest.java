package dev.fugitive.client.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.Digest;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import okio.ByteString;
import org.junit.jupiter.api.Test;

class IntegrityTest {
  private static final Digest SHA256 = sha256("a");
  private static final Digest SHA512 =
      new Digest(Digest.Algorithm.SHA_512, ByteString.encodeUtf8("a").sha512());

  static Digest sha256(String body) {
    return new Digest(Digest.Algorithm.SHA_256, ByteString.encodeUtf8(body).sha256());
  }

  @Test
  void whatADigestWritesIsReadBack() {
    assertThat(Integrity.parse(SHA256.toString())).containsExactly(SHA256);
    assertThat(Integrity.parse(SHA512.toString())).containsExactly(SHA512);
  }

  @Test
  void theStrongestAlgorithmCountsAndItsValuesAreAlternatives() {
    String all = " " + SHA256 + "\t" + SHA512 + "  " + sha256("b") + " ";
    assertThat(Integrity.parse(all)).containsExactly(SHA512);
    assertThat(Integrity.parse(SHA256 + " " + sha256("b"))).containsExactly(SHA256, sha256("b"));
  }

  @Test
  void optionsAndBothAlphabetsAreUnderstood() {
    assertThat(Integrity.parse(SHA256 + "?ct=text/plain")).containsExactly(SHA256);
    assertThat(Integrity.parse("sha256-" + SHA256.value().base64Url())).containsExactly(SHA256);
  }

  @Test
  void weakAndMalformedOnesAreLeftOut() {
    assertThat(Integrity.parse("md5-1B2M2Y8AsgTpgAmY7PhCfg== sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk="))
        .isEmpty();
    assertThat(Integrity.parse("sha256-AAAA sha256- sha256 - ? sha256-!!!! crc32c-AAAAAA=="))
        .isEmpty();
    assertThat(Integrity.parse("x".repeat(5000))).isEmpty();
  }

  @Property(tries = 2000, seed = "17")
  void anyTextGivesDigestsOrNone(@ForAll String text) {
    List<Digest> digests = Integrity.parse(text);
    assertThat(digests).hasSizeLessThanOrEqualTo(16);
  }
}
