package dev.fugitive.proxy.http;

import io.netty.handler.codec.http.HttpContent;

/** One request being answered. All methods are called on the connection's event loop. */
interface Exchange {
  /** Begins; called once, when this is what the connection is answering. */
  void start();

  /** A block of the request's body, or its end. The exchange owns and releases it. */
  void onRequestBody(HttpContent content);

  /** The rest of the request's body cannot be read. */
  void onMalformedBody(Refusal refusal);

  /** The client has gone: stop at once. */
  void onClientGone();

  /** The client's socket takes bytes again, or takes no more for now. */
  void onWritabilityChanged();
}
