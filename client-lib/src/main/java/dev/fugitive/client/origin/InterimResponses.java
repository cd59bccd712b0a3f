package dev.fugitive.client.origin;

import dev.fugitive.cache.http.Fields;

/**
 * Hears of the interim responses (RFC 9110 section 15.2) that precede a response, in order, on the
 * thread that reads them. It travels as a tag of the request.
 */
@FunctionalInterface
public interface InterimResponses {
  /** One interim response: 102, 103 or a later one; never 100 or 101. */
  void received(int status, Fields fields);
}
