package dev.fugitive.client.transfer.upload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.transfer.upload.FrameCompressor.Payload;
import dev.fugitive.client.wire.PayloadCodec;
import dev.fugitive.client.wire.PeerMessage.Encoding;
import dev.fugitive.client.wire.WireLimits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Payloads are compressed where that pays, and nothing native is left behind. */
class FrameCompressorTest {
  private static final int FRAME = WireLimits.MAX_PAYLOAD_BYTES;
  private static final ByteBuffer TEXT =
      ByteString.encodeUtf8("All work and no play. ".repeat(3000))
          .substring(0, FRAME)
          .asByteBuffer();
  private static final ByteBuffer NOISE = noise();

  private final FrameCompressor compressor = new FrameCompressor();

  @AfterEach
  void nothingNativeIsLeft() {
    compressor.close();
    assertThat(compressor.openContexts()).isZero();
  }

  @Test
  void whatShrinksIsCompressedAndKept() throws Exception {
    ContentId id = content(1, 10 * FRAME);
    Payload payload = compressor.encode(id, 4, 4, TEXT.duplicate());
    assertThat(payload.encoding()).isEqualTo(Encoding.ZSTD);
    assertThat(PayloadCodec.decode(Encoding.ZSTD, payload.bytes(), FRAME)).isEqualTo(TEXT);
    assertThat(compressor.kept(id, 4, 4)).contains(payload);
    assertThat(compressor.kept(id, 4, 3)).isEmpty();
    assertThat(compressor.kept(content(2, 10 * FRAME), 4, 4)).isEmpty();
  }

  @Test
  void whatDoesNotShrinkIsTriedOnce() {
    ContentId id = content(1, 10 * FRAME);
    assertThat(compressor.encode(id, 0, 4, NOISE).encoding()).isEqualTo(Encoding.PLAIN);
    Payload later = compressor.encode(id, 4, 4, TEXT);
    assertThat(later).isEqualTo(new Payload(Encoding.PLAIN, TEXT));
    assertThat(later.bytes()).isSameAs(TEXT);
  }

  @Test
  void aFrameThatDoesNotShrinkGoesPlainWithinAContentThatDoes() {
    ContentId id = content(1, 10 * FRAME);
    assertThat(compressor.encode(id, 0, 4, TEXT).encoding()).isEqualTo(Encoding.ZSTD);
    assertThat(compressor.encode(id, 4, 4, NOISE).encoding()).isEqualTo(Encoding.PLAIN);
    assertThat(compressor.encode(id, 8, 4, TEXT).encoding()).isEqualTo(Encoding.ZSTD);
  }

  @Test
  void smallContentsTravelAsTheyAre() {
    ContentId id = content(1, 500);
    assertThat(compressor.encode(id, 0, 1, TEXT.slice(0, 500)).encoding())
        .isEqualTo(Encoding.PLAIN);
  }

  @Test
  void aTenthIsTheLeastThatPays() {
    assertThat(Compressibility.pays(1000, 900)).isTrue();
    assertThat(Compressibility.pays(1000, 901)).isFalse();
  }

  @Test
  void whatIsKeptIsBounded() {
    ContentId id = content(1, 1 << 30);
    ByteBuffer half = ByteBuffer.allocate(FRAME);
    half.put(NOISE.duplicate().limit(FRAME / 2)).clear();
    for (int i = 0; i < 1000; i++) {
      compressor.encode(id, 4 * i, 4, half);
    }
    assertThat(compressor.keptBytes()).isBetween(1L, 16L << 20);
  }

  @Test
  void contextsInUseAtTheEndAreFreedToo() throws Exception {
    CompressorPool pool = new CompressorPool(1, 2);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      threads.add(
          Thread.startVirtualThread(() -> {
            for (int j = 0; j < 20; j++) {
              pool.compress(new byte[FRAME]);
            }
          }));
    }
    pool.close();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(pool.openContexts()).isZero();
  }

  private static ContentId content(int number, long length) {
    return new ContentId(ByteString.encodeUtf8("content " + number).sha256(), length);
  }

  private static ByteBuffer noise() {
    byte[] noise = new byte[FRAME];
    new Random(1).nextBytes(noise);
    return ByteBuffer.wrap(noise).asReadOnlyBuffer();
  }
}
