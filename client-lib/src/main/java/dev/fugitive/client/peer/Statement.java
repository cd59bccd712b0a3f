package dev.fugitive.client.peer;

import okio.Buffer;
import okio.ByteString;

/**
 * What a signature covers: a label that names its purpose, then fields, each after its length.
 *
 * <p>The label keeps a signature made for one purpose from being shown as another; the lengths keep
 * two different lists of fields from having the same bytes. Not safe for use by several threads.
 */
public final class Statement {
  private final Buffer bytes = new Buffer();

  public Statement(String label) {
    with(label);
  }

  public Statement with(ByteString field) {
    bytes.writeInt(field.size()).write(field);
    return this;
  }

  public Statement with(String field) {
    return with(ByteString.encodeUtf8(field));
  }

  public Statement with(PeerId peer) {
    return with(peer.publicKey());
  }

  public Statement with(long field) {
    bytes.writeInt(Long.BYTES).writeLong(field);
    return this;
  }

  /** All of it, as it is signed. */
  public ByteString bytes() {
    return bytes.snapshot();
  }
}
