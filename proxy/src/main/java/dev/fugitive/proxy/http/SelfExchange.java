package dev.fugitive.proxy.http;

import dev.fugitive.cache.http.RequestHead;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request to the proxy itself, answered on a virtual thread. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, and that is seen
final class SelfExchange implements Exchange, Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(SelfExchange.class);

  private final ClientConnection connection;
  private final RequestHead head;
  private final RequestTraits request;
  private final SelfResponder self;

  SelfExchange(
      ClientConnection connection, RequestHead head, RequestTraits request, SelfResponder self) {
    this.connection = connection;
    this.head = head;
    this.request = request;
    this.self = self;
  }

  @Override
  public void run() {
    try {
      SelfResponder.Answer answer = self.answer(head);
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
  public void onRequestBody(HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    content.release();
    if (!last) {
      connection.wantRead();
    }
  }

  @Override
  public void onMalformedBody(Refusal refusal) {
    connection.refuseSoon(this, refusal);
  }

  @Override
  public void onClientGone() {}

  @Override
  public void onWritabilityChanged() {}
}
