package dev.fugitive.proxy.http;

import dev.fugitive.cache.http.Fields;

/** Whether a request has a body, and how long it says it is (RFC 9112 section 6.3). */
sealed interface RequestBodyShape {
  /** No body. */
  record None() implements RequestBodyShape {}

  /** A body of this length. */
  record Sized(long lengthBytes) implements RequestBodyShape {}

  /** A body that ends where its last chunk says. */
  record Chunked() implements RequestBodyShape {}

  /** Read from fields that the decoder has accepted: at most one of the two framing fields. */
  static RequestBodyShape of(Fields fields) {
    if (fields.has("Transfer-Encoding")) {
      return new Chunked();
    }
    return fields
        .first("Content-Length")
        .<RequestBodyShape>map(length -> new Sized(Long.parseLong(length)))
        .orElse(new None());
  }

  /** Whether any byte may follow the head. */
  default boolean isEmpty() {
    return this instanceof None || (this instanceof Sized sized && sized.lengthBytes() == 0);
  }
}
