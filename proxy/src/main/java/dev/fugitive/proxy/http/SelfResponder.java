package dev.fugitive.proxy.http;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import java.net.InetAddress;
import okio.ByteString;

/** Answers requests that are addressed to the proxy itself. Called on a virtual thread. */
@FunctionalInterface
public interface SelfResponder {
  /** The longest body that such a request may have. */
  int MAX_BODY_BYTES = 64 * 1024;

  /**
   * A whole request.
   *
   * @param head its URL is a path and query, its {@code Host} has been checked
   * @param client where it came from
   */
  record Question(RequestHead head, ByteString body, InetAddress client) {}

  /** A whole answer. */
  record Answer(int status, Fields fields, ByteString body) {}

  /** Answers one request. */
  Answer answer(Question question);
}
