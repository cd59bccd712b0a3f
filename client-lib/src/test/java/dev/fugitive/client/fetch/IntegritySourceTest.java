package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.cache.content.Digest;
import java.io.IOException;
import java.util.Random;
import java.util.Set;
import okio.Buffer;
import okio.ByteString;
import okio.Okio;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntegritySourceTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 8191, 8192, 8193, 16384, 100_000})
  void aBodyWithTheDigestPassesUnchanged(int length) throws IOException {
    ByteString body = body(length);

    ByteString read = Okio.buffer(source(body, body.sha256())).readByteString();

    assertThat(read).isEqualTo(body);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 8191, 8192, 8193, 16384, 100_000})
  void aBodyWithAnotherDigestIsNeverGivenWhole(int length) {
    ByteString body = body(length);
    Buffer given = new Buffer();

    assertThatThrownBy(() -> given.writeAll(source(body, ByteString.encodeUtf8("other").sha256())))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining("expected: sha256-");
    assertThat(given.size()).isLessThan(Math.max(1, length));
  }

  private static IntegritySource source(ByteString body, ByteString sha256) {
    return new IntegritySource(
        new Buffer().write(body), Set.of(new Digest(Digest.Algorithm.SHA_256, sha256)));
  }

  private static ByteString body(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return ByteString.of(bytes);
  }
}
