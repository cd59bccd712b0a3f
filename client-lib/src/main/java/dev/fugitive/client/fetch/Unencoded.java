package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.store.ByteTally;
import dev.fugitive.cache.store.DamagedContentException;
import dev.fugitive.cache.store.HeldContent;
import dev.fugitive.client.documents.BudgetedStream;
import dev.fugitive.client.documents.Decompression;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Set;
import okio.Buffer;
import okio.BufferedSource;
import okio.Okio;
import okio.Source;
import okio.Timeout;

/**
 * What a stored content is once its content coding is undone.
 *
 * <p>A page's {@code integrity} names these bytes. So they are what is proven, and they alone are
 * given to a reader: two decoders may read one coded body differently, for example what stands
 * behind its end.
 *
 * @param lengthBytes of the decoded bytes
 * @param digests of the decoded bytes
 */
record Unencoded(Decompression.Coding coding, long lengthBytes, Set<Digest> digests) {
  /** What is longer is not decoded. */
  static final long MAX_BYTES = 64L * 1024 * 1024;

  private static final int BEGINNING_BYTES = 16;

  /**
   * Undoes a coding that is known.
   *
   * @param algorithms by which the bytes are hashed
   * @return empty where the content has not that coding, or is too long
   */
  static Optional<Unencoded> of(
      HeldContent held, Decompression.Coding coding, Set<Digest.Algorithm> algorithms)
      throws DamagedContentException {
    try (InputStream decoded =
        new BudgetedStream(coding.undo(bytes(held)), MAX_BYTES, () -> 0, Long.MAX_VALUE)) {
      BodyDigests body = BodyDigests.of(Okio.buffer(Okio.source(decoded)), algorithms);
      return Optional.of(new Unencoded(coding, body.lengthBytes(), body.digests()));
    } catch (DamagedContentException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // decoders say in several ways that they cannot read what a stranger gave
      return Optional.empty();
    }
  }

  /** Finds the coding behind which a content has this digest. */
  static Optional<Unencoded> find(HeldContent held, Digest wanted, Set<Digest.Algorithm> algorithms)
      throws IOException {
    for (Decompression.Coding coding : Decompression.possibleFor(beginning(held))) {
      Optional<Unencoded> found =
          of(held, coding, algorithms).filter(each -> each.digests().contains(wanted));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static byte[] beginning(HeldContent held) throws IOException {
    try (InputStream bytes = bytes(held)) {
      return bytes.readNBytes(BEGINNING_BYTES);
    }
  }

  private static InputStream bytes(HeldContent held) throws IOException {
    BufferedSource all = Okio.buffer(held.source(0, held.id().length(), new ByteTally()));
    return all.inputStream();
  }

  /** Reads the decoded bytes; closing what is returned closes the handle. */
  Source open(HeldContent held) throws IOException {
    try {
      return new DecodedSource(Okio.source(coding.undo(bytes(held))), held);
    } catch (IOException | RuntimeException e) {
      held.close();
      throw e;
    }
  }

  /** One thread may close it while another reads: a native decoder bears no close in a read. */
  private static final class DecodedSource implements Source {
    private final Source decoded;
    private final HeldContent held;

    DecodedSource(Source decoded, HeldContent held) {
      this.decoded = decoded;
      this.held = held;
    }

    @Override
    public synchronized long read(Buffer sink, long byteCount) throws IOException {
      return decoded.read(sink, byteCount);
    }

    @Override
    public Timeout timeout() {
      return decoded.timeout();
    }

    @Override
    public synchronized void close() throws IOException {
      decoded.close();
      held.close();
    }
  }
}
