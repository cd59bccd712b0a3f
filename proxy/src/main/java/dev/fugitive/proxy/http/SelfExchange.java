package dev.fugitive.proxy.http;

import dev.fugitive.cache.http.RequestHead;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.util.concurrent.Executor;
import okio.Buffer;
import okio.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request to the proxy itself: read whole on the event loop, within a limit of bytes and of time,
 * then answered on a virtual thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, and that is seen
final class SelfExchange implements Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(SelfExchange.class);

  private final ClientConnection connection;
  private final RequestHead head;
  private final RequestTraits request;
  private final SelfResponder self;
  private final Executor executor;
  private final boolean takesBody;

  /** What has come of the request's body; on the event loop. */
  private final Buffer body = new Buffer();

  /** Whether what comes of the body is kept; on the event loop. */
  private boolean collecting;

  private SelfExchange(
      ClientConnection connection,
      RequestHead head,
      RequestTraits request,
      SelfResponder self,
      Executor executor,
      boolean takesBody) {
    this.connection = connection;
    this.head = head;
    this.request = request;
    this.self = self;
    this.executor = executor;
    this.takesBody = takesBody;
  }

  /** Answers when the body is there. */
  static SelfExchange withBody(
      ClientConnection connection,
      RequestHead head,
      RequestTraits request,
      SelfResponder self,
      Executor executor) {
    return new SelfExchange(connection, head, request, self, executor, true);
  }

  /** Answers at once; a body is read and dropped. */
  static SelfExchange withoutBody(
      ClientConnection connection,
      RequestHead head,
      RequestTraits request,
      SelfResponder self,
      Executor executor) {
    return new SelfExchange(connection, head, request, self, executor, false);
  }

  @Override
  public void start() {
    RequestBodyShape shape = RequestBodyShape.of(head.fields());
    if (!takesBody || shape.isEmpty()) {
      executor.execute(() -> answer(ByteString.EMPTY));
    } else if (shape instanceof RequestBodyShape.Sized(long lengthBytes)
        && lengthBytes > SelfResponder.MAX_BODY_BYTES) {
      refuseAsTooLong(lengthBytes);
    } else {
      collect();
    }
  }

  private void collect() {
    collecting = true;
    connection.awaitBody(this);
    if (request.expectsContinue()) {
      connection.interimSoon(
          this,
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }
  }

  private void refuseAsTooLong(long lengthBytes) {
    collecting = false;
    body.clear();
    connection.refuseSoon(this, Refusal.bodyTooLong(lengthBytes, SelfResponder.MAX_BODY_BYTES));
  }

  @Override
  public void onRequestBody(HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    if (collecting) {
      keep(content, last);
    }
    content.release();
    if (!last) {
      connection.wantRead();
    }
  }

  private void keep(HttpContent content, boolean last) {
    byte[] bytes = new byte[content.content().readableBytes()];
    content.content().readBytes(bytes);
    body.write(bytes);
    if (body.size() > SelfResponder.MAX_BODY_BYTES) {
      refuseAsTooLong(body.size());
    } else if (last) {
      collecting = false;
      connection.bodyCame();
      ByteString whole = body.readByteString();
      executor.execute(() -> answer(whole));
    }
  }

  private void answer(ByteString whole) {
    try {
      SelfResponder.Answer answer =
          self.answer(new SelfResponder.Question(head, whole, connection.clientAddress()));
      ResponseFraming framing =
          ResponseFraming.decide(
              request, answer.status(), answer.body().size(), connection.isRequestRead());
      HttpResponse onward = OkHttpTranslation.head(answer.status(), "", answer.fields());
      framing.applyTo(onward.headers(), request);
      boolean withBody = framing.kind() != ResponseFraming.Kind.NO_BODY;
      connection
          .channel()
          .writeAndFlush(
              new DefaultFullHttpResponse(
                  onward.protocolVersion(),
                  onward.status(),
                  withBody
                      ? Unpooled.wrappedBuffer(answer.body().asByteBuffer())
                      : Unpooled.EMPTY_BUFFER,
                  onward.headers(),
                  EmptyHttpHeaders.INSTANCE))
          .addListener(sent -> connection.finished(this, framing.keepAlive()));
    } catch (IOException | RuntimeException failure) {
      LOG.warn("request to the proxy itself failed", failure);
      connection.refuseSoon(
          this,
          new Refusal(
              Refusal.Reason.INTERNAL,
              500,
              "the proxy failed on this request",
              "proxy_internal_error"));
    }
  }

  @Override
  public void onMalformedBody(Refusal refusal) {
    collecting = false;
    connection.refuseSoon(this, refusal);
  }

  @Override
  public void onClientGone() {
    body.clear();
  }

  @Override
  public void onWritabilityChanged() {}
}
