package dev.fugitive.cache.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.cache.content.Digest;
import java.nio.ByteBuffer;
import java.util.Set;
import okio.ByteString;
import org.junit.jupiter.api.Test;

/** The trailer of a content's file. */
final class TrailerTest {
  private final Sample sample = new Sample(40_000);
  private final Trailer trailer =
      new Trailer(
          sample.id,
          Set.of(
              sample.sha256,
              new Digest(Digest.Algorithm.SHA_512, ByteString.of(sample.body).sha512())));

  @Test
  void decodeOfEncodeIsTheTrailer() throws DamagedContentException {
    ByteBuffer bytes = trailer.encode();
    assertThat(bytes.remaining()).isEqualTo(Trailer.BYTES);
    assertThat(ByteString.of(bytes.duplicate()).hex())
        .startsWith("6675676974697665" + "00000001" + "00000005" + "0000000000009c40");
    assertThat(Trailer.decode(bytes)).isEqualTo(trailer);
  }

  @Test
  void everyFlippedBitIsNoticed() {
    byte[] bytes = trailer.encode().array();
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      byte[] flipped = bytes.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThatThrownBy(() -> Trailer.decode(ByteBuffer.wrap(flipped)))
          .isInstanceOf(DamagedContentException.class);
    }
  }
}
