package dev.fugitive.proxy.http;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import okhttp3.HttpUrl;

/** What is done with a request. */
sealed interface Route {

  /** Asked of the fetch path. The fields are what goes on, without {@code Host}. */
  record Fetch(HttpUrl url, String method, Fields fields, RequestBodyShape body) implements Route {}

  /**
   * Passed to the origin as it is, because the fetch path cannot express it.
   *
   * @param target the request target for the origin, in origin-form or {@code *}
   */
  record PassThrough(
      Authority origin,
      boolean tls,
      String method,
      String target,
      Fields fields,
      RequestBodyShape body)
      implements Route {

    /** The target's URL, as far as one can be made of it. */
    String url() {
      return (tls ? "https://" : "http://") + origin + (target.equals("*") ? "/" : target);
    }
  }

  /** A tunnel of bytes. */
  record Tunnel(Authority target) implements Route {}

  /** A question to the proxy itself; the URL is its path and query. */
  record Control(RequestHead head) implements Route {}

  /** A request whose forwards have run out, answered as its last recipient would. */
  record Final(RequestHead head, SelfResponder.Answer answer) implements Route {}

  /**
   * An answer by the proxy.
   *
   * @param close whether the connection's framing cannot be trusted any more
   */
  record Refuse(Refusal refusal, boolean close) implements Route {}
}
