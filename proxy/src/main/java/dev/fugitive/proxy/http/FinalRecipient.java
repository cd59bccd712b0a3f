package dev.fugitive.proxy.http;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import okio.ByteString;

/**
 * Answers OPTIONS and TRACE whose {@code Max-Forwards} has run out as their last recipient (RFC
 * 9110 section 7.6.2).
 */
final class FinalRecipient {
  private static final Fields ALLOW =
      Fields.of(
          "Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE, CONNECT",
          "Cache-Control", "no-store");

  /** RFC 9110 section 9.3.8: what a request carries in confidence is not reflected. */
  private static final Set<String> CONFIDENTIAL =
      Set.of("authorization", "proxy-authorization", "cookie");

  private FinalRecipient() {}

  static SelfResponder.Answer answer(RequestHead head, String version) {
    return head.method().equals("TRACE")
        ? new SelfResponder.Answer(
            200,
            Fields.of(
                "Content-Type",
                "message/http",
                "Cache-Control",
                "no-store",
                "X-Content-Type-Options",
                "nosniff"),
            reflected(head, version))
        : new SelfResponder.Answer(200, ALLOW, ByteString.EMPTY);
  }

  private static ByteString reflected(RequestHead head, String version) {
    StringBuilder text = new StringBuilder("TRACE " + head.url() + " " + version + "\r\n");
    for (Fields.Field line : head.fields().lines()) {
      if (!CONFIDENTIAL.contains(line.name().toLowerCase(Locale.ROOT))) {
        text.append(line.name()).append(": ").append(line.value()).append("\r\n");
      }
    }
    return ByteString.encodeString(text.append("\r\n").toString(), StandardCharsets.ISO_8859_1);
  }
}
