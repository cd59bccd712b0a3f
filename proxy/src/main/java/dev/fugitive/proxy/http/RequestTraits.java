package dev.fugitive.proxy.http;

import dev.fugitive.cache.http.Fields;
import java.util.List;

/** What of a request shapes the form of its response. */
record RequestTraits(
    String method,
    boolean http10,
    boolean keepAlive,
    boolean expectsContinue,
    boolean takesTrailers,
    String version) {

  /** RFC 9112 section 9.3: persistent by default since 1.1, on request in 1.0. */
  static RequestTraits of(String method, String version, Fields fields) {
    boolean http10 = version.equals("HTTP/1.0");
    List<String> options = FieldLists.members(fields, "Connection");
    boolean keepAlive = http10 ? options.contains("keep-alive") : !options.contains("close");
    boolean takesTrailers = !http10 && FieldLists.members(fields, "TE").contains("trailers");
    return new RequestTraits(
        method, http10, keepAlive, !http10 && fields.has("Expect"), takesTrailers, version);
  }

  boolean isHead() {
    return method.equals("HEAD");
  }

  /** This request on a connection that must close after it. */
  RequestTraits closing() {
    return new RequestTraits(method, http10, false, expectsContinue, takesTrailers, version);
  }
}
