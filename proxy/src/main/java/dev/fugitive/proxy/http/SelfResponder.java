package dev.fugitive.proxy.http;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import okio.ByteString;

/** Answers requests that are addressed to the proxy itself. Called on a virtual thread. */
@FunctionalInterface
public interface SelfResponder {
  /** A whole answer. */
  record Answer(int status, Fields fields, ByteString body) {}

  /**
   * Answers one request.
   *
   * @param head the request; its URL is a path and query, its {@code Host} has been checked
   */
  Answer answer(RequestHead head);
}
