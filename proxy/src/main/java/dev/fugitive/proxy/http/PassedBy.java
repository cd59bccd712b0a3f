package dev.fugitive.proxy.http;

import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;

/**
 * Hears of answers to unsafe methods that went past the fetch path, so that what they make invalid
 * is forgotten (RFC 9111 section 4.4). Called on a virtual thread, before the client gets the
 * answer.
 */
@FunctionalInterface
public interface PassedBy {
  /** Nobody listens. */
  PassedBy NOBODY = (request, response) -> {};

  /** The origin has answered. */
  void answered(RequestHead request, ResponseHead response);
}
