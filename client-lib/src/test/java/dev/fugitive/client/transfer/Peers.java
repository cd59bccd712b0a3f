package dev.fugitive.client.transfer;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.peer.PeerId;
import okio.ByteString;

/** Peers and contents for tests, named by a letter or a length. */
final class Peers {
  static final PeerId A = named('a');
  static final PeerId B = named('b');
  static final PeerId C = named('c');

  private Peers() {}

  static PeerId named(int letter) {
    byte[] key = new byte[PeerId.BYTES];
    key[0] = (byte) letter;
    key[1] = (byte) (letter >> 8);
    return new PeerId(ByteString.of(key));
  }

  /** A content of whole chunks. */
  static ContentId content(int chunks) {
    return contentOfLength((long) chunks * ContentId.CHUNK_BYTES);
  }

  static ContentId contentOfLength(long length) {
    return new ContentId(ByteString.of(new byte[ContentId.ROOT_BYTES]), length);
  }
}
