package dev.fugitive.client.transfer;

import dev.fugitive.cache.content.ChunkVerification.Verified;
import dev.fugitive.cache.content.ContentId;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The real bytes of a simulation, and what liars send in their place. Every payload that travels
 * has been given to the real verification, each distinct one once: what thousands of nodes receive
 * are the same bytes, with the same verdict.
 */
final class SimulatedContent {
  private final TestBody body;
  private final Payload[] genuine;
  private final @Nullable Payload[] forged;

  /** Bytes of one chunk, and whether they prove to be it. */
  record Payload(int chunk, ByteBuffer bytes, boolean proves) {}

  SimulatedContent(int chunks) {
    body = new TestBody(chunks * ContentId.CHUNK_BYTES);
    genuine = new Payload[chunks];
    for (int chunk = 0; chunk < chunks; chunk++) {
      genuine[chunk] = verified(chunk, body.payload(chunk, 1));
    }
    forged = new Payload[chunks];
  }

  ContentId id() {
    return body.id;
  }

  Payload genuine(int chunk) {
    return genuine[chunk];
  }

  /** The chunk with one bit flipped. */
  Payload forged(int chunk) {
    Payload known = forged[chunk];
    if (known == null) {
      ByteBuffer bytes = ByteBuffer.allocate(id().chunkLength(chunk));
      bytes.put(genuine[chunk].bytes().duplicate()).flip();
      int at = chunk % bytes.limit();
      bytes.put(at, (byte) (bytes.get(at) ^ 1));
      known = verified(chunk, bytes);
      forged[chunk] = known;
    }
    return known;
  }

  private Payload verified(int chunk, ByteBuffer bytes) {
    boolean proves = body.tree.verify(chunk, 1, bytes.duplicate()) instanceof Verified;
    return new Payload(chunk, bytes, proves);
  }
}
