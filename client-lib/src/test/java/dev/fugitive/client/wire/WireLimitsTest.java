package dev.fugitive.client.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.transport.Link;
import dev.fugitive.client.wire.PeerMessage.Encoding;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.stream.IntStream;
import okio.ByteString;
import org.junit.jupiter.api.Test;

/** The limits fit each other. */
class WireLimitsTest {
  private static final int LAYERS = Integer.numberOfTrailingZeros(ContentId.MAX_CHUNKS);

  @Test
  void noProofOfAFrameIsLongerThanTheLimit() {
    for (int layers = 3; layers <= 12; layers++) {
      assertThat(longestProof(layers, 0, (1 << layers) - 3)).isEqualTo(2 * (layers - 1));
    }
    int middle = ContentId.MAX_CHUNKS / 2;
    assertThat(longestProof(LAYERS, middle - 1000, middle + 1000))
        .isEqualTo(WireLimits.MAX_PROOF_HASHES);
  }

  @Test
  void theLongestMessagesFitAFrame() {
    PeerCodec codec = new PeerCodec();
    int last = Integer.MAX_VALUE;
    PeerMessage chunks =
        new PeerMessage.Chunks(
            last,
            WireLimits.MAX_CHUNKS - WireLimits.MAX_FRAME_CHUNKS,
            WireLimits.MAX_FRAME_CHUNKS,
            Encoding.PLAIN,
            Collections.nCopies(WireLimits.MAX_PROOF_HASHES, bytes(WireLimits.HASH_BYTES)),
            ByteBuffer.allocate(WireLimits.MAX_PAYLOAD_BYTES));
    PeerMessage vouchers =
        new PeerMessage.ResourceFound(
            last,
            Collections.nCopies(WireLimits.MAX_VOUCHERS, bytes(WireLimits.MAX_VOUCHER_BYTES)));
    PeerMessage delta =
        new PeerMessage.HoldingsDelta(
            last,
            Collections.nCopies(WireLimits.MAX_DELTA_POSITIONS, WireLimits.MAX_FILTER_BITS - 1));
    PeerMessage nearby =
        new PeerMessage.Nearby(
            WireLimits.MAX_NEIGHBOUR,
            new PeerMessage.Holdings(
                last,
                0,
                WireLimits.MAX_NEARBY_PARTS,
                bytes(WireLimits.SALT_BYTES),
                WireLimits.MAX_FILTER_HASHES,
                bytes(WireLimits.FILTER_PART_BYTES)));
    PeerMessage nearbyDelta =
        new PeerMessage.NearbyDelta(WireLimits.MAX_NEIGHBOUR, (PeerMessage.HoldingsDelta) delta);
    assertThat(codec.encode(nearby).remaining()).isLessThanOrEqualTo(Link.MAX_FRAME_BYTES);
    assertThat(codec.encode(nearbyDelta).remaining()).isLessThanOrEqualTo(Link.MAX_FRAME_BYTES);
    assertThat(codec.encode(chunks).remaining()).isLessThanOrEqualTo(Link.MAX_FRAME_BYTES);
    assertThat(codec.encode(vouchers).remaining()).isLessThanOrEqualTo(Link.MAX_FRAME_BYTES);
    assertThat(codec.encode(delta).remaining()).isLessThanOrEqualTo(Link.MAX_FRAME_BYTES);
  }

  private static int longestProof(int layers, int fromChunk, int untilChunk) {
    return IntStream.range(fromChunk, untilChunk)
        .flatMap(first ->
            IntStream.rangeClosed(1, WireLimits.MAX_FRAME_CHUNKS)
                .map(count -> uncles(layers, first, first + count - 1)))
        .max()
        .orElseThrow();
  }

  private static int uncles(int layers, int firstChunk, int lastChunk) {
    int uncles = 0;
    for (int layer = 0; layer < layers; layer++) {
      int first = firstChunk >> layer;
      int last = lastChunk >> layer;
      uncles += first % 2 == 1 ? 1 : 0;
      uncles += last % 2 == 0 ? 1 : 0;
    }
    return uncles;
  }

  private static ByteString bytes(int count) {
    return ByteString.of(new byte[count]);
  }
}
