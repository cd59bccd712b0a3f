package dev.fugitive.cache.content;

import java.nio.ByteBuffer;
import okio.ByteString;

/**
 * One chunk whose bytes were proven to belong to a content; only this package can make one, from
 * bytes that nobody else can change.
 */
public final class VerifiedChunk {
  private final ContentId contentId;
  private final int index;
  private final ByteBuffer bytes;
  private final ByteString leafHash;

  /** The buffer must be read-only and its bytes out of everybody else's reach. */
  VerifiedChunk(ContentId contentId, int index, ByteBuffer bytes, ByteString leafHash) {
    this.contentId = contentId;
    this.index = index;
    this.bytes = bytes;
    this.leafHash = leafHash;
  }

  /** The content that the chunk belongs to. */
  public ContentId contentId() {
    return contentId;
  }

  /** Which chunk of the content it is. */
  public int index() {
    return index;
  }

  /** Its bytes, read-only; each call gives a view with a position of its own. */
  public ByteBuffer bytes() {
    return bytes.duplicate();
  }

  /** How many bytes it has. */
  public int length() {
    return bytes.remaining();
  }

  /** Its SHA-256, the leaf of the tree. */
  public ByteString leafHash() {
    return leafHash;
  }

  @Override
  public String toString() {
    return contentId + "#" + index;
  }
}
