package dev.fugitive.proxy.http;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.Buffer;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * A request's body as it arrives from the client, asked for only when the origin is ready for it.
 *
 * <p>Of an idempotent request (RFC 9110 section 9.2.2) the beginning is kept. While all that was
 * written is still there the body can be written again from its first byte, on another connection;
 * from then on it is one-shot. OkHttp asks for that when a connection has failed.
 *
 * <p>Confined to the thread that carries the call.
 */
final class StreamedBody extends RequestBody {
  /** What is kept of one body at most. */
  static final int MAX_KEPT_BYTES = 64 * 1024;

  private final RequestBodyPipe arriving;
  private final long lengthBytes;
  private final Buffer kept = new Buffer();
  private boolean repeatable;

  /**
   * @param lengthBytes -1 where the end will show it
   * @param idempotent whether the request may be sent twice
   */
  StreamedBody(RequestBodyPipe arriving, long lengthBytes, boolean idempotent) {
    this.arriving = arriving;
    this.lengthBytes = lengthBytes;
    this.repeatable = idempotent && lengthBytes <= MAX_KEPT_BYTES;
  }

  @Override
  public @Nullable MediaType contentType() {
    return null;
  }

  @Override
  public long contentLength() {
    return lengthBytes;
  }

  @Override
  public boolean isOneShot() {
    return !repeatable;
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    if (lengthBytes == 0) {
      return;
    }
    sink.write(kept.copy(), kept.size());
    for (ByteBuf block = take(); block != null; block = take()) {
      try {
        ByteBuffer bytes = block.nioBuffer();
        keep(bytes.duplicate());
        sink.write(bytes);
      } finally {
        block.release();
      }
      sink.emit();
    }
  }

  /** What the client fails to send is the client's failure, which no other connection mends. */
  private @Nullable ByteBuf take() throws IOException {
    try {
      return arriving.take();
    } catch (IOException e) {
      repeatable = false;
      throw e;
    }
  }

  private void keep(ByteBuffer block) throws IOException {
    repeatable &= kept.size() + block.remaining() <= MAX_KEPT_BYTES;
    if (repeatable) {
      kept.write(block);
    } else {
      kept.clear();
    }
  }
}
