package dev.fugitive.proxy.http;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import okio.ByteString;

/** Writes heads of answers from memory as they go over an HTTP/1.1 connection that stays open. */
final class HeadBytes extends HttpResponseEncoder {
  private static final RequestTraits GET =
      new RequestTraits("GET", false, true, false, false, "HTTP/1.1");
  private static final int USUAL_BYTES = 1024;
  private static final int CRLF = '\r' << 8 | '\n';

  private final Pseudonym pseudonym;

  HeadBytes(Pseudonym pseudonym) {
    this.pseudonym = pseudonym;
  }

  /** The head as a client gets it, the empty line included. */
  ByteString of(ResponseHead served) {
    try {
      return bytes(framed(served));
    } catch (ProtocolException malformed) {
      throw new IllegalArgumentException(malformed);
    }
  }

  private HttpResponse framed(ResponseHead served) throws ProtocolException {
    Fields onward = OkHttpTranslation.onwardFields(served.fields(), "1.1", pseudonym);
    HttpResponse head = OkHttpTranslation.head(served.status(), served.reason(), onward);
    long lengthBytes = served.fields().first("Content-Length").map(Long::parseLong).orElse(-1L);
    ResponseFraming.decide(GET, served.status(), lengthBytes, true).applyTo(head.headers(), GET);
    return head;
  }

  private ByteString bytes(HttpResponse head) {
    ByteBuf bytes = Unpooled.buffer(USUAL_BYTES);
    ByteBufUtil.writeAscii(bytes, "HTTP/1.1 ");
    bytes.writeCharSequence(head.status().toString(), StandardCharsets.ISO_8859_1);
    bytes.writeShort(CRLF);
    encodeHeaders(head.headers(), bytes);
    bytes.writeShort(CRLF);
    return ByteString.of(bytes.nioBuffer());
  }
}
