package dev.fugitive.client.routing;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import okio.ByteString;

class SaltedHashTest {
  @Property(tries = 300, seed = "2104")
  void itIsHmacSha256(
      @ForAll @Size(min = 1, max = 130) byte[] key, @ForAll @Size(max = 200) byte[] message) {
    SaltedHash hash = new SaltedHash(ByteString.of(key));
    ByteString expected = ByteString.of(message).hmacSha256(ByteString.of(key));
    assertThat(hash.of(ByteString.of(message))).isEqualTo(expected);
    assertThat(hash.of(ByteString.of(message))).isEqualTo(expected);
  }
}
