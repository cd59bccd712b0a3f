package dev.fugitive.cache.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import okio.Buffer;
import okio.ByteString;
import okio.Okio;

/** The tree against published vectors and against the plainest possible one. */
final class MerkleTreeTest {
  /** Roots that libtorrent's test torrents publish for files of zeros. */
  @Example
  void publishedRootsOfZerosAreReproduced() {
    assertThat(id(new byte[65536]).root().hex())
        .isEqualTo("60aae9c7b428f87e0713e88229e18f0adf12cd7b22a0dd8a92bb2485eb7af242");
    assertThat(id(new byte[1048576]).root().hex())
        .isEqualTo("515ea9181744b817744ded9d2e8e9dc6a8450c0b0c52e24b5077f302ffbd9008");
  }

  /**
   * libtorrent's v2_symlinks.torrent has pieces of one block: its piece layer of SDL2 is the whole
   * leaf layer, 80 leaves that need padding.
   */
  @Example
  void aPublishedLeafLayerGivesThePublishedRoot() throws Exception {
    Buffer leaves = new Buffer();
    try (InputStream in =
        Objects.requireNonNull(MerkleTreeTest.class.getResourceAsStream("bep52-sdl2-leaves.txt"))) {
      Buffer text = new Buffer();
      text.writeAll(Okio.source(in));
      for (String line = text.readUtf8Line(); line != null; line = text.readUtf8Line()) {
        leaves.write(ByteString.decodeHex(line));
      }
    }
    ContentId id = MerkleTree.of(1307232, leaves.readByteString().asByteBuffer()).id();
    assertThat(id.chunkCount()).isEqualTo(80);
    assertThat(id.root().hex())
        .isEqualTo("89151f87b720775bb4b502e6127748d294d8d8e6898a1e8389d7722fe3dc5ad5");
  }

  @Example
  void aContentOfOneChunkHasItsHashAsRoot() {
    byte[] body = ReferenceTree.body(100, 1);
    assertThat(id(body).root()).isEqualTo(ByteString.of(body).sha256());
  }

  @Example
  void theEmptyContentHasARootOfZeros() {
    assertThat(id(new byte[0])).isEqualTo(ContentId.EMPTY);
    assertThatThrownBy(() -> new ContentId(ByteString.encodeUtf8("x").sha256(), 0))
        .hasMessageContaining("expected: zeros");
  }

  @Property(tries = 60, seed = "2026")
  void theRootIsTheReferencesRoot(@ForAll @IntRange(min = 1, max = 600_000) int length)
      throws Exception {
    byte[] body = ReferenceTree.body(length, length);
    assertThat(id(body).root()).isEqualTo(ReferenceTree.root(body));
  }

  @Property(tries = 60, seed = "2026")
  void howTheBodyIsCutDoesNotMatter(
      @ForAll @IntRange(max = 120_000) int length,
      @ForAll @IntRange(min = 1, max = 40_000) int step) {
    byte[] body = ReferenceTree.body(length, length);
    ContentHasher hasher = new ContentHasher();
    for (int from = 0; from < length; from += step) {
      hasher.update(body, from, Math.min(step, length - from));
    }
    HashedContent hashed = hasher.finish().content();
    assertThat(hashed.id()).isEqualTo(id(body));
    assertThat(hashed.digests())
        .containsExactly(new Digest(Digest.Algorithm.SHA_256, ByteString.of(body).sha256()));
  }

  @Property(tries = 100, seed = "2026")
  void aWrongByteIsFoundInItsChunk(
      @ForAll @IntRange(min = 1, max = 200_000) int length,
      @ForAll @IntRange(max = 199_999) int at) {
    byte[] body = ReferenceTree.body(length, 3);
    MerkleTree tree = ContentHasher.hash(ByteBuffer.wrap(body)).tree();
    assertThat(tree.firstMismatch(0, ByteBuffer.wrap(body))).isEqualTo(-1);
    body[at % length] ^= 1;
    assertThat(tree.firstMismatch(0, ByteBuffer.wrap(body))).isEqualTo(at % length / 16384);
  }

  private static ContentId id(byte[] body) {
    return ContentHasher.hash(ByteBuffer.wrap(body)).content().id();
  }
}
