package dev.fugitive.proxy.http;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;

/** A request that is refused: while that is written, what the client still sends is dropped. */
final class RefusedExchange implements Exchange {
  private final ClientConnection connection;
  private final Refusal refusal;
  private final boolean keepAlive;

  RefusedExchange(ClientConnection connection, Refusal refusal, boolean keepAlive) {
    this.connection = connection;
    this.refusal = refusal;
    this.keepAlive = keepAlive;
  }

  @Override
  public void start() {
    connection.answer(this, refusal, keepAlive);
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
  public void onMalformedBody(Refusal malformed) {}

  @Override
  public void onClientGone() {}

  @Override
  public void onWritabilityChanged() {}
}
